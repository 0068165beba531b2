// Passkeys, and the secret of an invitation link. One listener for all pages, so that it also works after enhanced navigation.
(() => {
  const supports = () => window.PublicKeyCredential?.parseCreationOptionsFromJSON && window.PublicKeyCredential?.parseRequestOptionsFromJSON;

  async function optionsFor(form) {
    const token = form.querySelector('input[name=__RequestVerificationToken]').value;
    const answer = await fetch(form.dataset.passkeyForm, { method: 'POST', credentials: 'same-origin', headers: { RequestVerificationToken: token } });
    if (!answer.ok) { throw new Error(answer.status === 429 ? 'Too many attempts; try again in a minute.' : `The portal answered ${answer.status}.`); }
    return answer.json();
  }

  async function askPasskey(form) {
    if (!supports()) { throw new Error('This browser does not know passkeys.'); }
    const options = await optionsFor(form);
    return form.dataset.passkeyKind === 'create'
      ? navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
      : navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  }

  async function usePasskey(button) {
    const form = button.closest('form');
    const problem = form.querySelector('[data-passkey-error]');
    problem.hidden = true;
    if (!form.reportValidity()) { return; }
    button.disabled = true;
    try {
      form.querySelector('[data-passkey-answer]').value = JSON.stringify(await askPasskey(form));
      form.submit();
    } catch (failure) {
      problem.textContent = failure.name === 'NotAllowedError' ? 'The passkey was not used: it was cancelled, or took too long.' : failure.message;
      problem.hidden = false;
      button.disabled = false;
    }
  }

  // The part after '#' never leaves the browser by itself; it goes into the form and out of the address bar and the history.
  function takeInvitation() {
    const field = document.querySelector('[data-invitation]');
    const secret = location.hash.slice(1);
    if (!field || !secret) { return; }
    field.querySelector('input').value = secret;
    field.hidden = true;
    history.replaceState(null, '', location.pathname);
  }

  document.addEventListener('click', event => {
    const button = event.target.closest?.('[data-passkey]');
    if (button) { usePasskey(button); }
  });
  document.addEventListener('DOMContentLoaded', takeInvitation);
})();

// Shows the dialogue when the connection to the portal is lost, and reloads when the portal came back without our circuit.
const modal = document.getElementById('components-reconnect-modal');

async function retry() {
  try {
    if (!await Blazor.reconnect()) { location.reload(); }
  } catch { /* the portal is still away; the button stays */ }
}

document.getElementById('components-reconnect-button').addEventListener('click', retry);
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible' && modal.classList.contains('components-reconnect-failed')) { retry(); }
});
new MutationObserver(() => {
  const state = modal.classList;
  if (state.contains('components-reconnect-rejected')) {
    location.reload();
  } else if (state.contains('components-reconnect-hide')) {
    modal.close();
  } else if (!modal.open && (state.contains('components-reconnect-show') || state.contains('components-reconnect-failed'))) {
    modal.showModal();
  }
}).observe(modal, { attributes: true, attributeFilter: ['class'] });

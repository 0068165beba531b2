// Shows the dialogue when the connection to the portal is lost, and reloads when the portal came back without our circuit.
let modal;

async function retry() {
  try {
    if (!await Blazor.reconnect()) { location.reload(); }
  } catch { /* the portal is still away; the button stays */ }
}

const watcher = new MutationObserver(() => {
  const state = modal.classList;
  if (state.contains('components-reconnect-rejected')) {
    location.reload();
  } else if (state.contains('components-reconnect-hide')) {
    modal.close();
  } else if (!modal.open && (state.contains('components-reconnect-show') || state.contains('components-reconnect-failed'))) {
    modal.showModal();
  }
});

// A link from a form page changes the document without loading it, and the dialogue may be another one then.
function watch() {
  if (modal === document.getElementById('components-reconnect-modal')) { return; }
  modal = document.getElementById('components-reconnect-modal');
  watcher.disconnect();
  watcher.observe(modal, { attributes: true, attributeFilter: ['class'] });
  document.getElementById('components-reconnect-button').addEventListener('click', retry);
}

watch();
Blazor.addEventListener('enhancedload', watch);
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible' && modal.classList.contains('components-reconnect-failed')) { retry(); }
});

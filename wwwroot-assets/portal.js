// Theme, sidebar and drawer. They live on <html>, outside what Blazor renders, so that they work before and without a circuit.
(() => {
  const root = document.documentElement;
  const remember = (name, value) => { document.cookie = `${name}=${value};path=/;max-age=31536000;samesite=lax`; };
  const isDark = () => (root.dataset.theme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark';

  const actions = {
    theme() {
      root.dataset.theme = isDark() ? 'light' : 'dark';
      remember('fedportal-theme', root.dataset.theme);
    },
    collapse() {
      const collapsed = root.dataset.nav === 'collapsed';
      if (collapsed) { delete root.dataset.nav; } else { root.dataset.nav = 'collapsed'; }
      remember('fedportal-nav', collapsed ? 'full' : 'collapsed');
    },
    drawer() {
      if (root.dataset.drawer === 'open') { close(); return; }
      root.dataset.drawer = 'open';
      document.querySelector('.topbar [data-action=drawer]')?.setAttribute('aria-expanded', 'true');
      document.querySelector('.nav a')?.focus();
    },
  };

  function close() {
    if (root.dataset.drawer !== 'open') { return; }
    delete root.dataset.drawer;
    const opener = document.querySelector('.topbar [data-action=drawer]');
    opener?.setAttribute('aria-expanded', 'false');
    opener?.focus();
  }

  document.addEventListener('click', event => {
    const action = event.target.closest?.('[data-action]')?.dataset.action;
    if (action && actions[action]) { actions[action](); return; }
    if (root.dataset.drawer === 'open' && (event.target.closest('.nav a') || !event.target.closest('.nav'))) { close(); }
  });
  document.addEventListener('change', event => {
    if (event.target.dataset?.choice === 'language') { remember('fedportal-language', event.target.value); location.reload(); }
  });
  document.addEventListener('keydown', event => { if (event.key === 'Escape') { close(); } });
})();

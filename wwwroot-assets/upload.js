// Takes files, folders and zips that are dropped or chosen, and sends them in pieces; a broken connection is gone on with where it broke.
const piece = 8 << 20;
const lanes = 3;
const patience = 8;

export function attach(zone, inputs, page) {
  const state = { chosen: [], skipped: 0, control: null, page };
  const take = async entries => {
    state.skipped = entries.length;
    state.chosen = entries.filter(entry => entry.file.size > 0 && !entry.path.split('/').some(part => part.startsWith('.')));
    state.skipped -= state.chosen.length;
    const bytes = state.chosen.reduce((sum, entry) => sum + entry.file.size, 0);
    const folders = [...new Set(unwrapped(state.chosen).map(entry => folderOf(entry.path)).filter(folder => folder))].slice(0, 20);
    const loose = state.chosen.filter(entry => !entry.path.includes('/') && !isZip(entry.path)).length;
    await page.invokeMethodAsync('OnChosen', state.chosen.length, bytes, folders, loose, state.skipped);
  };
  for (const input of inputs) {
    const chosen = () => take([...input.files].map(file => ({ path: file.webkitRelativePath || file.name, file })));
    input.addEventListener('change', chosen);
    if (input.files.length > 0) { chosen(); } // while this was still on its way
  }
  zone.addEventListener('dragover', event => { event.preventDefault(); zone.dataset.over = ''; });
  zone.addEventListener('dragleave', () => delete zone.dataset.over);
  zone.addEventListener('drop', async event => {
    event.preventDefault();
    delete zone.dataset.over;
    const roots = [...event.dataTransfer.items].map(item => item.webkitGetAsEntry?.()).filter(entry => entry);
    const found = [];
    for (const root of roots) { await walk(root, '', found); }
    await take(found);
  });
  return {
    send: (url, token, request, resume) => { send(state, url, token, request, resume); }, // told by OnDone: it may take hours
    cancel: () => state.control?.abort(),
  };
}

async function walk(entry, prefix, found) {
  if (entry.isFile) {
    found.push({ path: prefix + entry.name, file: await new Promise((done, failed) => entry.file(done, failed)) });
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    const some = await new Promise((done, failed) => reader.readEntries(done, failed));
    if (some.length === 0) { return; }
    for (const child of some) { await walk(child, `${prefix}${entry.name}/`, found); }
  }
}

const isZip = path => path.toLowerCase().endsWith('.zip');
const folderOf = path => path.includes('/') ? path.slice(0, path.indexOf('/')) : '';

// A folder that wraps everything is no class: it is taken off as long as every file has another folder below it.
function unwrapped(entries) {
  let result = entries;
  while (result.length > 0 && folderOf(result[0].path) && result.every(entry => folderOf(entry.path) === folderOf(result[0].path) && entry.path.split('/').length > 2)) {
    const cut = folderOf(result[0].path).length + 1;
    result = result.map(entry => ({ ...entry, path: entry.path.slice(cut) }));
  }
  const manifest = result.length > 1 && result.every(entry => folderOf(entry.path) === folderOf(result[0].path)) && result.find(entry => entry.path.endsWith('/manifest.csv'));
  return manifest ? result.map(entry => ({ ...entry, path: entry.path.slice(folderOf(entry.path).length + 1) })) : result;
}

async function send(state, url, token, request, resume) {
  const hasManifest = state.chosen.some(entry => entry.path.endsWith('manifest.csv'));
  const entries = unwrapped(state.chosen).map(entry =>
    entry.path.includes('/') || isZip(entry.path) || hasManifest ? entry : { ...entry, path: `${request.label}/${entry.path}` });
  state.control = new AbortController();
  const call = (address, options = {}) => fetch(address, {
    ...options, signal: state.control.signal, headers: { RequestVerificationToken: token, ...(options.headers ?? {}) },
  });
  let id = resume;
  try {
    if (!id) {
      const begun = await call(url, {
        method: 'POST', headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ institution: request.institution, name: request.name, files: entries.map(entry => ({ path: entry.path, bytes: entry.file.size })) }),
      });
      if (begun.status !== 201) { return await refused(state, begun); }
      id = (await begun.json()).id;
    }
    const known = await (await call(`${url}/${id}`)).json();
    const byPath = new Map(entries.map(entry => [`${entry.path}\n${entry.file.size}`, entry.file]));
    const work = known.files.map((file, index) => ({ index, received: file.received, bytes: file.bytes, file: byPath.get(`${file.path}\n${file.bytes}`) }));
    if (work.some(item => item.received < item.bytes && !item.file)) {
      return await state.page.invokeMethodAsync('OnDone', 0, 'The files are not those that the upload began with. Choose the same files again.');
    }
    const total = work.reduce((sum, item) => sum + item.bytes, 0);
    let last = 0;
    const tell = force => {
      const now = performance.now();
      if (force || now - last > 200) {
        last = now;
        return state.page.invokeMethodAsync('OnProgress', work.reduce((sum, item) => sum + item.received, 0), total);
      }
    };
    const queue = work.filter(item => item.received < item.bytes);
    await Promise.all(Array.from({ length: lanes }, async () => {
      for (let item = queue.shift(); item; item = queue.shift()) { await sendFile(item, `${url}/${id}/${item.index}`, call, tell, state.control.signal); }
    }));
    await tell(true);
    const finished = await call(`${url}/${id}/finish`, { method: 'POST' });
    if (finished.status !== 201) { return await refused(state, finished); }
    await state.page.invokeMethodAsync('OnDone', 201, (await finished.json()).id);
  } catch (error) {
    if (state.control.signal.aborted && id) {
      await fetch(`${url}/${id}`, { method: 'DELETE', headers: { RequestVerificationToken: token } });
    }
    await state.page.invokeMethodAsync('OnDone', 0, state.control.signal.aborted ? 'The upload was cancelled; nothing of it was kept.' : `The upload stopped: ${error.message} What has arrived is kept; choose the same files again to go on.`);
  }
}

async function sendFile(item, address, call, tell, signal) {
  let failures = 0;
  while (item.received < item.bytes) {
    try {
      const answer = await call(`${address}?offset=${item.received}`, { method: 'PUT', body: item.file.slice(item.received, item.received + piece) });
      if (answer.status !== 200 && answer.status !== 409) { throw new Error(`The portal answered ${answer.status}.`); }
      const { received } = await answer.json();
      failures = answer.status === 409 && received === item.received ? failures + 1 : 0;
      item.received = received;
    } catch (error) {
      if (signal.aborted || ++failures > patience) { throw error; }
    }
    if (failures > patience) { throw new Error('The portal does not take the next piece.'); }
    if (failures > 0) { await new Promise(done => setTimeout(done, 250 * 2 ** failures)); }
    await tell(false);
  }
}

async function refused(state, answer) {
  const problem = await answer.json().catch(() => ({}));
  await state.page.invokeMethodAsync('OnDone', answer.status, problem.detail ?? `The portal refused the upload (status ${answer.status}).`);
}

// Sends the chosen file as one streamed PUT and tells the page how far it is.
export function send(input, url, token, page) {
  const file = input.files[0];
  if (!file) { return false; }
  const request = new XMLHttpRequest();
  let last = 0;
  request.open('PUT', url);
  request.setRequestHeader('RequestVerificationToken', token);
  request.upload.onprogress = event => {
    const now = performance.now();
    if (now - last > 200) { last = now; page.invokeMethodAsync('OnProgress', event.loaded, event.total); }
  };
  request.onload = () => page.invokeMethodAsync('OnDone', request.status, request.responseText);
  request.onerror = () => page.invokeMethodAsync('OnDone', 0, '');
  request.send(file);
  return true;
}

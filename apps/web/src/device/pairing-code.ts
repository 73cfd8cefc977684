/** Takes the code of a scanned address out of it before anything else runs; it is good once, so it is kept nowhere. */
export function takePairingCode(): void {
  const code = /^#pair=([\w-]+)$/.exec(location.hash)?.[1];
  if (location.pathname !== '/device' || code === undefined) return;
  taken = code;
  history.replaceState(history.state, '', location.pathname + location.search);
}

export const scannedCode = (): string => taken;

let taken = '';

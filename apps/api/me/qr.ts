import qrcode from 'qrcode-generator';

/** A QR code as one SVG path over `size` by `size` modules, without the quiet zone: the page draws it. */
export interface Qr {
  readonly size: number;
  readonly path: string;
}

/** Drawn here and not by a service, because what an app scans is a secret. */
export function qrOf(text: string): Qr {
  const code = qrcode(0, 'M');
  code.addData(text);
  code.make();
  const size = code.getModuleCount();
  const modules = Array.from({ length: size * size }, (_, n) => [Math.floor(n / size), n % size] as const);
  const path = modules
    .filter(([row, column]) => code.isDark(row, column))
    .map(([row, column]) => `M${column} ${row}h1v1h-1z`)
    .join('');
  return { size, path };
}

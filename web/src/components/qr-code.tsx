import { encode } from "uqr";

// Readers find a code by the quiet border around it.
const BORDER = 2;

/** The dark fields of a code, as the path of a drawing whose unit is a field. */
export function darkFields(rows: boolean[][]): string {
  return rows.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : []))).join("");
}

/** An address for a phone's camera. Black on white in both themes: not every reader takes a code turned inside out. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { data, size } = encode(text, { border: BORDER });
  return (
    <svg className="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shapeRendering="crispEdges">
      <rect width={size} height={size} fill="#fff" />
      <path d={darkFields(data)} fill="#000" />
    </svg>
  );
}

import { stacks } from "./stacks.ts";

const HEIGHT = 96;
const STEP = 12;
const BAR = 9;

interface Props {
  className?: string;
  /** The numbers in words, for who does not see the picture. */
  summary: string;
  /** The names of the bars. */
  points: string[];
  /** What each bar is made of, from the bottom; its kind is its colour in the style sheet. */
  series: { kind: string; values: number[] }[];
  /** Fills whatever room it is given, instead of keeping its shape. */
  fills?: boolean;
}

/** A bar for each hour or day. */
export function Bars({ className, summary, points, series, fills = false }: Props) {
  const bars = stacks(
    points.map((_, index) => series.map(({ values }) => values[index] ?? 0)),
    HEIGHT,
  );
  return (
    <svg
      className={className}
      viewBox={`0 0 ${points.length * STEP} ${HEIGHT}`}
      preserveAspectRatio={fills ? "none" : undefined}
      role="img"
      aria-label={summary}
    >
      {bars.map((parts, index) => (
        <g key={points[index]}>
          <title>{points[index]}</title>
          {parts.map(({ y, height }, part) => (
            <rect
              key={series[part]?.kind}
              className={series[part]?.kind}
              x={index * STEP}
              width={BAR}
              y={y}
              height={height}
            />
          ))}
        </g>
      ))}
    </svg>
  );
}

import type { CSSProperties, ReactNode } from "react";

interface Props {
  label: string;
  head: string[];
  rows: ReactNode;
}

/** What stands before each cell where there is no room for columns. */
const columnNames = (head: string[]) =>
  Object.fromEntries(head.map((words, index) => [`--column-${index + 1}`, JSON.stringify(words)])) as CSSProperties;

/** Rows and columns; on a phone, a block for each row. */
export function DataTable({ label, head, rows }: Props) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by keyboard
    <section className="data-table" aria-label={label} tabIndex={0}>
      <table className="stacking" style={columnNames(head)}>
        <thead>
          <tr>
            {head.map((words) => (
              <th key={words} scope="col">
                {words}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{rows}</tbody>
      </table>
    </section>
  );
}

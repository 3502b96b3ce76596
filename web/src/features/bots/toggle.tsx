import type { ReactNode } from "react";

interface Props {
  isOn: boolean;
  onOn: (isOn: boolean) => void;
  disabled?: boolean;
  /** Of what says more about it. */
  describedBy?: string;
  children: ReactNode;
}

/** A switch with its words. */
export function Toggle({ isOn, onOn, disabled, describedBy, children }: Props) {
  return (
    <label className="toggle">
      <input
        type="checkbox"
        role="switch"
        aria-checked={isOn}
        aria-describedby={describedBy}
        checked={isOn}
        disabled={disabled}
        onChange={({ target }) => onOn(target.checked)}
      />
      <span>{children}</span>
    </label>
  );
}

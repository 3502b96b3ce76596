import { type ComponentProps, type ReactNode, useId } from "react";
import { useI18n } from "../i18n/provider.tsx";

interface Wrapping {
  label: string;
  hint?: string | undefined;
  /** As the API says it, or in the reader's language. */
  error?: string | undefined;
}

type Described = { id: string; "aria-describedby"?: string; "aria-invalid"?: true };

/** A control with its label above, a hint and what is wrong with it below. */
function Field({ label, hint, error, control }: Wrapping & { control: (props: Described) => ReactNode }) {
  const { said } = useI18n();
  const id = useId();
  const describedBy = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {control({
        id,
        ...(describedBy && { "aria-describedby": describedBy }),
        ...(error && { "aria-invalid": true as const }),
      })}
      {hint && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p className="error" id={`${id}-error`}>
          {said(error)}
        </p>
      )}
    </div>
  );
}

export const TextField = ({ label, hint, error, ...input }: Wrapping & ComponentProps<"input">) => (
  <Field label={label} hint={hint} error={error} control={(props) => <input dir="auto" {...input} {...props} />} />
);

export const TextArea = ({ label, hint, error, ...input }: Wrapping & ComponentProps<"textarea">) => (
  <Field label={label} hint={hint} error={error} control={(props) => <textarea dir="auto" {...input} {...props} />} />
);

export const SelectField = ({ label, hint, error, ...input }: Wrapping & ComponentProps<"select">) => (
  <Field label={label} hint={hint} error={error} control={(props) => <select {...input} {...props} />} />
);

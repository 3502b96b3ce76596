import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { useDemo } from "../../api/demo.ts";
import { Problem } from "../../api/problem.ts";
import { methodsQuery } from "../../api/queries.ts";
import { signIn, signUp } from "../../api/session.ts";
import { TextField } from "../../components/field.tsx";
import { WrongLine } from "../../components/form.tsx";
import { SHORTEST_PASSWORD } from "../../components/new-password.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { readArrival } from "./arrival.ts";
import { Newcomer } from "./newcomer.tsx";
import { Outside } from "./outside.tsx";
import { SecondStep } from "./second-step.tsx";

const FIELDS = {
  sign_up: ["tenant_name", "name", "email", "password"],
  sign_in: ["email", "password"],
} as const;
type Name = (typeof FIELDS)["sign_up"][number];

const INPUTS = {
  tenant_name: { autoComplete: "organization", maxLength: 100 },
  name: { autoComplete: "name", maxLength: 100 },
  email: { type: "email", autoComplete: "email" },
  password: { type: "password" },
} as const;

const route = getRouteApi("/sign-in");

export function SignInPage() {
  const { up, next, oidc } = route.useSearch();
  const navigate = useNavigate();
  // Read once: what is behind the hash is a secret and goes from the address.
  const [arrival, setArrival] = useState(() => readArrival(oidc, location.hash));
  // Kept while one goes back and forth between the two forms.
  const [typed, setTyped] = useState<Partial<Record<Name, string>>>({});
  const goOn = () => navigate({ href: next ?? "/", replace: true });
  const restart = () => {
    setArrival(null);
    return navigate({ to: "/sign-in", search: { next }, replace: true });
  };
  useEffect(() => {
    if (location.hash) history.replaceState(history.state, "", location.pathname + location.search);
  }, []);
  if (arrival?.ticket && arrival.outcome === "second_factor") {
    return <Outside>{<SecondStep ticket={arrival.ticket} onDone={goOn} onBack={restart} />}</Outside>;
  }
  if (arrival?.ticket && arrival.outcome === "newcomer") {
    const { ticket, name, email } = arrival;
    return <Outside>{<Newcomer ticket={ticket} name={name} email={email} onDone={goOn} />}</Outside>;
  }
  return (
    <Outside>
      {arrival && <Refused outcome={arrival.outcome} />}
      <SignInForm
        key={up ? "sign_up" : "sign_in"}
        kind={up ? "sign_up" : "sign_in"}
        typed={typed}
        onType={(name, value) => setTyped((was) => ({ ...was, [name]: value }))}
        next={next}
      />
    </Outside>
  );
}

/** Why a sign-in at the identity provider led nowhere. */
function Refused({ outcome }: { outcome: string }) {
  const { t, isKey } = useI18n();
  const key = `oidc.${outcome}`;
  return (
    <p className="wrong" role="alert">
      {t(isKey(key) ? key : "oidc.failed")}
    </p>
  );
}

/** The way to the identity provider, where there is one. */
function ProviderLink({ next }: { next: string | undefined }) {
  const { data } = useQuery(methodsQuery);
  if (!data?.oidc) return null;
  const query = next ? `?${new URLSearchParams({ next })}` : "";
  return (
    <a className="button" href={`/api/auth/oidc/start${query}`}>
      {data.oidc.label}
    </a>
  );
}

interface FormProps {
  kind: keyof typeof FIELDS;
  typed: Partial<Record<Name, string>>;
  onType: (name: Name, value: string) => void;
  next: string | undefined;
}

function SignInForm({ kind, typed, onType, next }: FormProps) {
  const { t } = useI18n();
  const form = useRef<HTMLFormElement>(null);
  const { problem, isBusy, submit, ticket, goOn, restart } = useSubmit(kind, typed, next);
  const isDemo = usePrefill(kind, typed, onType);
  const errorOf = (name: Name) => problem?.errors.find((error) => error.field === name)?.message;
  useEffect(() => {
    if (problem) form.current?.querySelector<HTMLElement>("[aria-invalid]")?.focus();
  }, [problem]);
  if (ticket) return <SecondStep ticket={ticket} onDone={goOn} onBack={restart} />;
  return (
    <form ref={form} className="card" method="post" onSubmit={submit}>
      <h1>{t(`${kind}.title`)}</h1>
      <p className="lead">{t(isDemo ? "sign_in.demo" : `${kind}.lead`)}</p>
      {FIELDS[kind].map((name) => (
        <SignInField
          key={name}
          name={name}
          kind={kind}
          error={errorOf(name)}
          value={typed[name] ?? ""}
          onType={(value) => onType(name, value)}
        />
      ))}
      <WrongLine problem={FIELDS[kind].some(errorOf) ? null : problem} />
      <button type="submit" className="main" disabled={isBusy}>
        {t(`${kind}.verb`)}
      </button>
      <ProviderLink next={next} />
      {kind === "sign_in" && (
        <p className="aside">
          <Link to="/forgot-password">{t("sign_in.forgot")}</Link>
        </p>
      )}
      <p className="aside">
        {t(`${kind}.other`)}{" "}
        <Link to="/sign-in" search={{ next, up: kind === "sign_in" || undefined }}>
          {t(`${kind}.other_verb`)}
        </Link>
      </p>
    </form>
  );
}

/** Signs in or up, and goes where one wanted to. */
function useSubmit(kind: FormProps["kind"], typed: FormProps["typed"], next: string | undefined) {
  const navigate = useNavigate();
  const { language } = useI18n();
  const [ticket, setTicket] = useState<string | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const goOn = () => navigate({ href: next ?? "/", replace: true });
  function restart(why: Problem | null) {
    setTicket(null);
    setProblem(why);
  }
  async function submit(event: FormEvent) {
    event.preventDefault();
    setProblem(null);
    setIsBusy(true);
    const { tenant_name = "", name = "", email = "", password = "" } = typed;
    try {
      await (kind === "sign_up"
        ? signUp({ tenant_name, name, email, password, language })
        : signIn({ email, password }));
      await goOn();
    } catch (failure) {
      if (!(failure instanceof Problem)) throw failure;
      setTicket(failure.ticket);
      setProblem(failure.ticket ? null : failure);
      setIsBusy(false);
    }
  }
  return { problem, isBusy, submit, ticket, goOn, restart };
}

interface FieldProps {
  name: Name;
  kind: FormProps["kind"];
  error: string | undefined;
  value: string;
  onType: (value: string) => void;
}

function SignInField({ name, kind, error, value, onType }: FieldProps) {
  const { t } = useI18n();
  const label = t(`field.${name}`);
  return (
    <TextField
      name={name}
      label={label}
      hint={kind === "sign_up" && name === "password" ? t("sign_up.password_hint") : undefined}
      error={error && `${label}: ${error}`}
      value={value}
      onChange={({ target }) => onType(target.value)}
      required
      {...INPUTS[name]}
      {...(name === "password" && passwordProps(kind))}
    />
  );
}

const passwordProps = (kind: FormProps["kind"]) =>
  kind === "sign_up"
    ? { autoComplete: "new-password", minLength: SHORTEST_PASSWORD }
    : { autoComplete: "current-password" };

/** Fills in who may sign in to a demo; whether this is one. */
function usePrefill(kind: FormProps["kind"], typed: FormProps["typed"], onType: FormProps["onType"]): boolean {
  const { demo } = useDemo();
  const isDemo = demo !== null && kind === "sign_in";
  const isUntouched = typed.email === undefined && typed.password === undefined;
  useEffect(() => {
    if (!isDemo || !isUntouched) return;
    onType("email", demo.email);
    onType("password", demo.password);
  }, [isDemo, isUntouched, demo, onType]);
  return isDemo;
}

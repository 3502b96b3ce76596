// Meta's Embedded Signup in a window of its own, by Meta's JavaScript SDK.
// Source: Meta, "Embedded Signup", Implementation; the version is that of the configuration, `extras` only set it up.

import type { Schemas } from "../../api/client.ts";

interface FacebookSdk {
  init(options: { appId: string; autoLogAppEvents: boolean; xfbml: boolean; version: string }): void;
  login(
    callback: (answer: { authResponse?: { code?: string } | null }) => void,
    options: {
      config_id: string;
      response_type: "code";
      override_default_response_type: true;
      extras: object;
    },
  ): void;
}

declare global {
  interface Window {
    FB?: FacebookSdk;
  }
}

const LOAD_MS = 8_000;
// The code lives 30 seconds; the window's own message may come after it, but rarely later than this.
const MESSAGE_MS = 2_000;

let loading: Promise<FacebookSdk> | null = null;

/** Loads Meta's SDK; an error where it is kept from loading, as by a blocker. */
export function loadSdk(address: string): Promise<FacebookSdk> {
  loading ??= new Promise<FacebookSdk>((resolve, reject) => {
    const script = document.createElement("script");
    const fail = () => reject(new Error("Meta's SDK did not load"));
    script.src = address;
    script.async = true;
    script.crossOrigin = "anonymous";
    script.onload = () => (window.FB ? resolve(window.FB) : fail());
    script.onerror = fail;
    setTimeout(fail, LOAD_MS);
    document.head.append(script);
  }).catch((error) => {
    loading = null;
    throw error;
  });
  return loading;
}

/** What the dialog's own message tells beside the code. */
export interface SignupMessage {
  event: string;
  /** As it came. */
  data?: Record<string, unknown> | null;
  waba_id?: string | undefined;
  phone_number_id?: string | undefined;
}

const text = (value: unknown) => (typeof value === "string" ? value : undefined);

/** Whether a page speaks for Meta. That its origin ends with "facebook.com" proves nothing. */
function isMetas(origin: string): boolean {
  const url = URL.canParse(origin) ? new URL(origin) : null;
  return url?.protocol === "https:" && url.port === "" && /(^|\.)facebook\.com$/.test(url.hostname);
}

/** Reads a window message; null for what is none of the dialog's, or does not come from it. `only`: the one origin that counts, where the dialog is not Meta's. */
export function readSignupMessage(
  { origin, data }: Pick<MessageEvent, "origin" | "data">,
  only: string | null,
): SignupMessage | null {
  const isDialogs = only === null ? isMetas(origin) : origin === only;
  if (!isDialogs || typeof data !== "string") return null;
  try {
    const message = JSON.parse(data);
    if (message?.type !== "WA_EMBEDDED_SIGNUP" || typeof message.event !== "string") return null;
    return {
      event: message.event,
      data: message.data ?? null,
      waba_id: text(message.data?.waba_id),
      phone_number_id: text(message.data?.phone_number_id),
    };
  } catch {
    return null;
  }
}

/** Opens the dialog and waits for its end; `report` is called with every message. The code and the message come apart, and in any order. */
export async function signUpInPopup(
  sdk: FacebookSdk,
  started: Schemas["StartedBody"] & { config_id: string },
  only: string | null,
  report: (event: Schemas["EventBody"]) => void,
): Promise<Schemas["CompletionBody"]> {
  let tell: (message: SignupMessage) => void = () => {};
  const told = new Promise<SignupMessage>((resolve) => {
    tell = resolve;
  });
  const listen = (event: MessageEvent) => {
    const message = readSignupMessage(event, only);
    if (!message) return;
    report({ state: started.state, event: message.event, data: message.data ?? null });
    tell(message);
  };
  addEventListener("message", listen);
  try {
    const code = await login(sdk, started);
    const wait = new Promise<null>((resolve) => setTimeout(resolve, MESSAGE_MS, null));
    const message = await Promise.race([told, wait]);
    return { state: started.state, code: code ?? null, ...message };
  } finally {
    removeEventListener("message", listen);
  }
}

function login(
  sdk: FacebookSdk,
  { app_id, config_id, graph_api_version }: Schemas["StartedBody"] & { config_id: string },
) {
  sdk.init({ appId: app_id, autoLogAppEvents: false, xfbml: false, version: graph_api_version });
  return new Promise<string | undefined>((resolve) => {
    sdk.login((answer) => resolve(answer.authResponse?.code), {
      config_id,
      response_type: "code",
      override_default_response_type: true,
      extras: { setup: {} },
    });
  });
}

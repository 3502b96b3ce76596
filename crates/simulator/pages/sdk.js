// A stand-in for Meta's JavaScript SDK, as far as Embedded Signup needs it.
// Source: Meta, "Embedded Signup", Implementation.

(() => {
  const base = new URL(document.currentScript.src).origin;
  // In milliseconds: how often it is looked whether somebody has closed the window.
  const LOOK = 250;
  let app = null;

  function dialogUrl(question, options) {
    const url = new URL(`/${app.version}/dialog/oauth`, base);
    const { extras, ...rest } = options;
    const parameters = {
      client_id: app.appId,
      display: "popup",
      origin: location.origin,
      cb: question,
      ...rest,
      ...(extras && { extras: JSON.stringify(extras) }),
    };
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    return url;
  }

  function login(callback, options = {}) {
    if (!app) throw new Error("FB.login() called before FB.init().");
    const question = crypto.randomUUID();
    const dialog = window.open(dialogUrl(question, options), "switchboard-simulator", "popup,width=640,height=760");
    const refuse = { authResponse: null, status: "unknown" };
    if (!dialog) return callback(refuse);
    const listen = ({ origin, data }) => {
      const answer = origin === base && typeof data === "string" ? new URLSearchParams(data) : null;
      if (answer?.get("cb") !== question) return;
      const code = answer.get("code");
      end(code ? { authResponse: { code, userID: null, expiresIn: null }, status: "connected" } : refuse);
    };
    const looking = setInterval(() => dialog.closed && end(refuse), LOOK);
    function end(answer) {
      clearInterval(looking);
      removeEventListener("message", listen);
      callback(answer);
    }
    addEventListener("message", listen);
  }

  window.FB = {
    init({ appId, version }) {
      app = { appId, version };
    },
    login,
  };
  window.fbAsyncInit?.();
})();

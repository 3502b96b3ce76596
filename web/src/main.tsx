import "./styles/app.css";
import { CSPProvider } from "@base-ui/react/csp-provider";
import { DirectionProvider } from "@base-ui/react/direction-provider";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Problem } from "./api/problem.ts";
import { currentSession, hasSignedOut, onSession } from "./api/session.ts";
import { Notices } from "./components/toast.tsx";
import { forgetDrafts } from "./features/inbox/drafts.ts";
import { install } from "./features/shell/installed.ts";
import { applyTheme } from "./features/shell/theme.ts";
import { I18nProvider, loadI18n, useI18n } from "./i18n/provider.tsx";
import { makeRouter } from "./router.tsx";

const RETRIES = 2;

const client = new QueryClient({
  defaultOptions: {
    queries: {
      // Events tell when something changed; what the stream does not cover is read again when its screen is opened.
      staleTime: 5_000,
      retry: (count, error) =>
        count < RETRIES && error instanceof Problem && (error.status === 0 || error.status >= 500),
      // The stream knows better than the browser whether the server can be reached.
      networkMode: "always",
    },
    mutations: { networkMode: "always" },
  },
});
const router = makeRouter(client);

let tenantId: string | null = null;
let wasVisit = false;

/** In place: the token of a visit is in this page's memory alone. */
function beginVisit() {
  client.clear();
  forgetDrafts();
  router.navigate({ to: "/" });
}

// Nothing of one person is left for the next, nor of one tenant for another.
onSession(() => {
  const session = currentSession();
  if (session) {
    const isOther = tenantId !== null && tenantId !== session.tenant.id;
    tenantId = session.tenant.id;
    if (isOther && session.visit) beginVisit();
    // One has switched, here or in another tab: a new page knows nothing of the tenant before.
    else if (isOther) location.assign(wasVisit ? "/platform" : "/");
    wasVisit = session.visit !== undefined;
    return;
  }
  tenantId = null;
  client.clear();
  forgetDrafts();
  const { location: place, matches } = router.state;
  if (!matches.some(({ routeId }) => routeId === "/app")) return;
  // A session that ended by itself goes on where it was.
  router.navigate({ to: "/sign-in", search: { next: hasSignedOut() ? undefined : place.href } });
});

function App() {
  const { dir } = useI18n();
  return (
    <DirectionProvider direction={dir}>
      <RouterProvider router={router} />
      <Notices />
    </DirectionProvider>
  );
}

async function start(place: HTMLElement) {
  applyTheme();
  const i18n = await loadI18n();
  createRoot(place).render(
    <StrictMode>
      {/* The server's Content-Security-Policy allows no style elements; ours are in the stylesheet. */}
      <CSPProvider disableStyleElements>
        <I18nProvider initial={i18n}>
          <QueryClientProvider client={client}>
            <App />
          </QueryClientProvider>
        </I18nProvider>
      </CSPProvider>
    </StrictMode>,
  );
  install(i18n.t);
}

const place = document.getElementById("app");
if (place) start(place);

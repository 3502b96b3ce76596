import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import { onboardingQuery } from "./api/queries.ts";
import { currentSession, renew, resume } from "./api/session.ts";
import { SignInPage } from "./features/auth/sign-in-page.tsx";
import type { Tab } from "./features/bots/studio-tabs.tsx";
import { InboxPage } from "./features/inbox/inbox-page.tsx";
import { VIEWS, type View } from "./features/inbox/model.ts";
import type { Range } from "./features/overview/figures.ts";
import { ErrorPage, ErrorPanel, NotFoundPage } from "./features/shell/error-page.tsx";
import { Shell } from "./features/shell/shell.tsx";
import { loadStudioTexts } from "./i18n/provider.tsx";

/** A page that is loaded when it is opened, with its texts. */
function page<Module extends Record<string, unknown>, Name extends keyof Module & string>(
  load: () => Promise<Module>,
  name: Name,
) {
  return lazyRouteComponent(async () => (await Promise.all([load(), loadStudioTexts()]))[0], name);
}

const root = createRootRouteWithContext<{ client: QueryClient }>()({
  component: Outlet,
  errorComponent: ErrorPage,
  notFoundComponent: NotFoundPage,
});

const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
/** A path of ours to go to, never another site. */
const ownPath = (value: unknown) => (text(value)?.match(/^\/(?![/\\])/) ? text(value) : undefined);

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  component: SignInPage,
  errorComponent: ErrorPage,
  validateSearch: (search): { next?: string | undefined; oidc?: string | undefined; up?: boolean | undefined } => ({
    next: ownPath(search["next"]),
    oidc: text(search["oidc"]),
    up: search["up"] === true || undefined,
  }),
  beforeLoad: async ({ search }) => {
    // Whoever comes back from the identity provider has a session, or is on the way to one.
    const begun = search.oidc === "done" ? await renew() : !search.oidc && (await resume());
    if (begun) throw redirect({ href: search.next ?? "/" });
  },
});

/** Where links of mails lead, and the page that asks for one: each with its token in the fragment. */
const forgotPassword = createRoute({
  getParentRoute: () => root,
  path: "/forgot-password",
  component: page(() => import("./features/auth/forgot-password-page.tsx"), "ForgotPasswordPage"),
});
const resetPassword = createRoute({
  getParentRoute: () => root,
  path: "/reset-password",
  component: page(() => import("./features/auth/reset-password-page.tsx"), "ResetPasswordPage"),
});
const verifyEmail = createRoute({
  getParentRoute: () => root,
  path: "/verify-email",
  component: page(() => import("./features/auth/verify-email-page.tsx"), "VerifyEmailPage"),
});
const invitation = createRoute({
  getParentRoute: () => root,
  path: "/invitation",
  component: page(() => import("./features/auth/invitation-page.tsx"), "InvitationPage"),
  errorComponent: ErrorPage,
  beforeLoad: async () => {
    await resume();
  },
});

const design = createRoute({
  getParentRoute: () => root,
  path: "/design",
  component: page(() => import("./features/design/design-page.tsx"), "DesignPage"),
});

const app = createRoute({
  getParentRoute: () => root,
  id: "app",
  component: Shell,
  errorComponent: ErrorPage,
  beforeLoad: async ({ location }) => {
    if (currentSession() || (await resume())) return;
    throw redirect({ to: "/sign-in", search: { next: location.pathname === "/" ? undefined : location.href } });
  },
});

/** The first screen: who has nothing connected begins there, and so does who comes back from Meta. */
const index = createRoute({
  getParentRoute: () => app,
  path: "/",
  validateSearch: (search): { connect?: string | undefined } => ({ connect: text(search["connect"]) }),
  beforeLoad: async ({ search, context }) => {
    if (search.connect) throw redirect({ to: "/connect", search: { outcome: search.connect } });
    const status = await context.client.fetchQuery(onboardingQuery);
    throw redirect({ to: status.connected ? "/overview" : "/connect" });
  },
});

const overview = createRoute({
  getParentRoute: () => app,
  path: "/overview",
  validateSearch: (search): { range?: Exclude<Range, "today"> | undefined } => ({
    range: (["7d", "30d"] as const).find((range) => range === search["range"]),
  }),
  component: page(() => import("./features/overview/overview-page.tsx"), "OverviewPage"),
});

const inbox = createRoute({
  getParentRoute: () => app,
  path: "/inbox",
  component: InboxPage,
  validateSearch: (
    search,
  ): {
    view?: View | undefined;
    number?: string | undefined;
    label?: string | undefined;
    /** What one looks for, and the message one found. */
    q?: string | undefined;
    at?: string | undefined;
  } => ({
    view: VIEWS.find((view) => view === search["view"] && view !== "open"),
    number: text(search["number"]),
    label: text(search["label"]),
    q: typeof search["q"] === "number" ? String(search["q"]) : text(search["q"]),
    at: text(search["at"]),
  }),
});
const conversation = createRoute({ getParentRoute: () => inbox, path: "/$conversationId" });

const connect = createRoute({
  getParentRoute: () => app,
  path: "/connect",
  component: page(() => import("./features/connect/connect-page.tsx"), "ConnectPage"),
  validateSearch: (search): { outcome?: string | undefined } => ({ outcome: text(search["outcome"]) }),
});

const bots = createRoute({
  getParentRoute: () => app,
  path: "/bots",
  validateSearch: (search): { tab?: Exclude<Tab, "settings"> | undefined } => ({
    tab: (["knowledge", "tools", "unanswered", "try", "tests", "replay"] as const).find((tab) => tab === search["tab"]),
  }),
  component: page(() => import("./features/bots/bots-page.tsx"), "BotsPage"),
});
const bot = createRoute({ getParentRoute: () => bots, path: "/$botId" });

/** For whoever runs the installation. */
const platform = createRoute({
  getParentRoute: () => app,
  path: "/platform",
  component: page(() => import("./features/platform/platform-page.tsx"), "PlatformPage"),
});
const platformTenant = createRoute({
  getParentRoute: () => app,
  path: "/platform/$tenantId",
  component: page(() => import("./features/platform/tenant-page.tsx"), "TenantPage"),
});

const settings = createRoute({
  getParentRoute: () => app,
  path: "/settings",
  component: page(() => import("./features/settings/settings-page.tsx"), "SettingsPage"),
});
const settingsIndex = createRoute({
  getParentRoute: () => settings,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/settings/business" });
  },
});
const business = createRoute({
  getParentRoute: () => settings,
  path: "/business",
  component: page(() => import("./features/settings/business.tsx"), "Business"),
});
const profile = createRoute({
  getParentRoute: () => settings,
  path: "/profile",
  component: page(() => import("./features/settings/profile.tsx"), "Profile"),
});
const security = createRoute({
  getParentRoute: () => settings,
  path: "/security",
  validateSearch: (search): { linked?: string | undefined } => ({ linked: text(search["linked"]) }),
  component: page(() => import("./features/settings/security.tsx"), "Security"),
});
const templates = createRoute({
  getParentRoute: () => settings,
  path: "/templates",
  component: page(() => import("./features/settings/templates.tsx"), "Templates"),
});
const models = createRoute({
  getParentRoute: () => settings,
  path: "/models",
  component: page(() => import("./features/settings/models.tsx"), "Models"),
});
const notifications = createRoute({
  getParentRoute: () => settings,
  path: "/notifications",
  component: page(() => import("./features/settings/notifications.tsx"), "Notifications"),
});
const people = createRoute({
  getParentRoute: () => settings,
  path: "/people",
  component: page(() => import("./features/settings/people.tsx"), "People"),
});
const labels = createRoute({
  getParentRoute: () => settings,
  path: "/labels",
  component: page(() => import("./features/settings/labels.tsx"), "Labels"),
});
const contactFields = createRoute({
  getParentRoute: () => settings,
  path: "/contact-fields",
  component: page(() => import("./features/settings/contact-fields.tsx"), "ContactFields"),
});
const cannedReplies = createRoute({
  getParentRoute: () => settings,
  path: "/canned-replies",
  component: page(() => import("./features/settings/canned-replies.tsx"), "CannedReplies"),
});
const apiKeys = createRoute({
  getParentRoute: () => settings,
  path: "/api-keys",
  component: page(() => import("./features/settings/api-keys.tsx"), "ApiKeys"),
});
const usage = createRoute({
  getParentRoute: () => settings,
  path: "/usage",
  component: page(() => import("./features/settings/usage.tsx"), "Usage"),
});
const audit = createRoute({
  getParentRoute: () => settings,
  path: "/audit",
  component: page(() => import("./features/settings/audit.tsx"), "Audit"),
});
const leftovers = createRoute({
  getParentRoute: () => settings,
  path: "/leftovers",
  component: page(() => import("./features/settings/leftovers.tsx"), "Leftovers"),
});

const tree = root.addChildren([
  signIn,
  forgotPassword,
  resetPassword,
  verifyEmail,
  invitation,
  design,
  app.addChildren([
    index,
    overview,
    inbox.addChildren([conversation]),
    connect,
    bots.addChildren([bot]),
    platform,
    platformTenant,
    settings.addChildren([
      settingsIndex,
      business,
      profile,
      security,
      templates,
      models,
      notifications,
      people,
      labels,
      contactFields,
      cannedReplies,
      apiKeys,
      usage,
      audit,
      leftovers,
    ]),
  ]),
]);

export function makeRouter(client: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { client },
    defaultPreload: "intent",
    // Within the frame; what keeps even that from being shown is the pages' own.
    defaultErrorComponent: ErrorPanel,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}

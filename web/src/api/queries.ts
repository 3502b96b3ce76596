// What screens read, by the keys under which it is kept.

import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { isUnderWay } from "../features/connect/sync-progress.ts";
import type { ListFilter } from "../features/inbox/model.ts";
import type { Range } from "../features/overview/figures.ts";
import { api, dataOf, type Schemas } from "./client.ts";

const CONVERSATIONS_A_PAGE = 30;
const MESSAGES_A_PAGE = 50;
const ITEMS_A_PAGE = 100;
/** As many as a bot can have. */
const BOT_TESTS = 200;
const READING_EVERY_MS = 1_500;
const NOTES = 200;
const TOOL_CALLS = 200;
const PEOPLE = 200;
const SYNC_EVERY_MS = 10_000;
const WORK_EVERY_MS = 1000;
const FIGURES_EVERY_MS = 30_000;

interface Paged {
  next_cursor?: string | null;
}
const paging = {
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (last: Paged) => last.next_cursor ?? undefined,
};

export const conversationsQuery = (wanted: ListFilter) =>
  infiniteQueryOptions({
    queryKey: ["conversations", wanted],
    queryFn: ({ pageParam, signal }) => {
      const { view, numberId, labelId } = wanted;
      const query = {
        limit: CONVERSATIONS_A_PAGE,
        cursor: pageParam,
        view,
        number_id: numberId,
        label_id: labelId,
      };
      return dataOf(api.GET("/api/conversations", { params: { query }, signal }));
    },
    ...paging,
  });

export const readConversation = (id: string, signal?: AbortSignal) =>
  dataOf(api.GET("/api/conversations/{id}", { params: { path: { id } }, ...(signal && { signal }) }));

export const conversationQuery = (id: string) =>
  queryOptions({ queryKey: ["conversation", id], queryFn: ({ signal }) => readConversation(id, signal) });

/**
 * A page of a thread: before a place, after one, or around a message; the newest otherwise. `from`: the page from
 * which one has come to what is after it. A thread that is read again begins at its newest page and must get back.
 */
type ThreadPlace = { cursor?: string; after?: string; around?: string; from?: ThreadPlace };

export const readMessages = (id: string, { from: _, ...place }: ThreadPlace, signal?: AbortSignal) =>
  dataOf(
    api.GET("/api/conversations/{id}/messages", {
      params: { path: { id }, query: { limit: MESSAGES_A_PAGE, ...place } },
      ...(signal && { signal }),
    }),
  );

/** A thread from its end, or around a message `at` which one begins to read. */
export const messagesQuery = (id: string, at?: string) =>
  infiniteQueryOptions({
    queryKey: at ? ["messages", id, at] : ["messages", id],
    queryFn: ({ pageParam, signal }) => readMessages(id, pageParam, signal),
    initialPageParam: (at ? { around: at } : {}) as ThreadPlace,
    getNextPageParam: (last, _, place): ThreadPlace | undefined =>
      last.next_cursor ? { cursor: last.next_cursor } : place.from,
    getPreviousPageParam: (first, _, from): ThreadPlace | undefined =>
      first.newer_cursor ? { after: first.newer_cursor, from } : undefined,
  });

/** Customers and messages by words. */
export const searchQuery = (q: string) =>
  infiniteQueryOptions({
    queryKey: ["search", q],
    queryFn: ({ pageParam, signal }) =>
      dataOf(
        api.GET("/api/search", {
          params: { query: { q, ...(pageParam && { cursor: Number(pageParam) }) } },
          signal,
        }),
      ),
    ...paging,
  });

export const passagesQuery = (id: string, messageId: string) =>
  queryOptions({
    queryKey: ["passages", messageId],
    queryFn: ({ signal }) =>
      dataOf(
        api.GET("/api/conversations/{id}/messages/{message_id}/passages", {
          params: { path: { id, message_id: messageId } },
          signal,
        }),
      ),
    // What an answer was written from does not change.
    staleTime: Number.POSITIVE_INFINITY,
  });

export const summaryQuery = (id: string) =>
  queryOptions({
    queryKey: ["summary", id],
    queryFn: ({ signal }) => dataOf(api.GET("/api/conversations/{id}/summary", { params: { path: { id } }, signal })),
  });

export const templatesQuery = (numberId: string) =>
  queryOptions({
    queryKey: ["templates", numberId],
    queryFn: ({ signal }) =>
      dataOf(api.GET("/api/numbers/{id}/templates", { params: { path: { id: numberId } }, signal })),
  });
/** The newest notes of a conversation; nobody pages through them. */
export const notesQuery = (id: string) =>
  queryOptions({
    queryKey: ["notes", id],
    queryFn: ({ signal }) =>
      dataOf(
        api.GET("/api/conversations/{id}/notes", {
          params: { path: { id }, query: { limit: NOTES } },
          signal,
        }),
      ),
  });

/** What the bot did last with its tools; nobody pages through it. */
export const toolCallsQuery = (id: string) =>
  queryOptions({
    queryKey: ["tool-calls", id],
    queryFn: ({ signal }) =>
      dataOf(
        api.GET("/api/conversations/{id}/tool-calls", {
          params: { path: { id }, query: { limit: TOOL_CALLS } },
          signal,
        }),
      ),
  });

/** How many conversations each view has. */
export const countsQuery = queryOptions({
  queryKey: ["counts"],
  queryFn: ({ signal }) => dataOf(api.GET("/api/conversations/counts", { signal })),
});

export const labelsQuery = queryOptions({
  queryKey: ["labels"],
  queryFn: ({ signal }) => dataOf(api.GET("/api/labels", { signal })),
});

/** What is known of a customer. */
export const contactQuery = (id: string) =>
  queryOptions({
    queryKey: ["contact", id],
    queryFn: ({ signal }) => dataOf(api.GET("/api/contacts/{id}", { params: { path: { id } }, signal })),
  });

/** What the business keeps of each customer. */
export const contactFieldsQuery = queryOptions({
  queryKey: ["contact-fields"],
  queryFn: ({ signal }) => dataOf(api.GET("/api/contact-fields", { signal })),
});

export const cannedRepliesQuery = queryOptions({
  queryKey: ["canned-replies"],
  queryFn: ({ signal }) => dataOf(api.GET("/api/canned-replies", { signal })),
});

export const savedFiltersQuery = queryOptions({
  queryKey: ["saved-filters"],
  queryFn: ({ signal }) => dataOf(api.GET("/api/saved-filters", { signal })),
});

/** The people one works with, to choose from and to name. */
export const teamQuery = queryOptions({
  queryKey: ["people", "team"],
  queryFn: ({ signal }) => dataOf(api.GET("/api/people", { params: { query: { limit: PEOPLE } }, signal })),
});

export const numbersQuery = queryOptions({
  queryKey: ["numbers"],
  queryFn: ({ signal }) => dataOf(api.GET("/api/numbers", { signal })),
});

export const onboardingQuery = queryOptions({
  queryKey: ["onboarding"],
  queryFn: ({ signal }) => dataOf(api.GET("/api/onboarding/whatsapp/status", { signal })),
});

export const botsQuery = queryOptions({
  queryKey: ["bots"],
  queryFn: ({ signal }) => dataOf(api.GET("/api/bots", { params: { query: { limit: ITEMS_A_PAGE } }, signal })),
});

export const toolsQuery = (botId: string) =>
  queryOptions({
    queryKey: ["tools", botId],
    queryFn: ({ signal }) => dataOf(api.GET("/api/bots/{id}/tools", { params: { path: { id: botId } }, signal })),
  });

export interface KnowledgeFilter {
  q?: string;
  type?: string;
  problem?: boolean;
  /** The pages of this site. Without any of these, what is of no site. */
  site?: string;
}

/** All that is read of what a bot knows. */
export const knowledgeKey = (botId: string) => ["knowledge", botId];

/** Read again while a page of it waits or is read. */
export const knowledgeQuery = (botId: string, wanted: KnowledgeFilter = {}) =>
  infiniteQueryOptions({
    queryKey: [...knowledgeKey(botId), "list", wanted],
    queryFn: ({ pageParam, signal }) => {
      const filter = Object.values(wanted).some(Boolean) ? wanted : { site: "none" };
      const given = Object.fromEntries(Object.entries(filter).filter(([, value]) => Boolean(value)));
      const query = { limit: ITEMS_A_PAGE, cursor: pageParam, ...given };
      return dataOf(api.GET("/api/bots/{id}/knowledge", { params: { path: { id: botId }, query }, signal }));
    },
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ items }) => items.some(isBeingRead)) ? READING_EVERY_MS : false,
    ...paging,
  });

export const isBeingRead = (item: Schemas["KnowledgeBody"]) =>
  (item.type === "page" || item.type === "site") &&
  (item.state === "waiting" || item.state === "reading" || (item.type === "site" && item.pages_done < item.pages));

/** What a bot would find for a question. */
export const foundQuery = (botId: string, q: string) =>
  queryOptions({
    queryKey: [...knowledgeKey(botId), "found", q],
    queryFn: ({ signal }) =>
      dataOf(api.GET("/api/bots/{id}/search", { params: { path: { id: botId }, query: { q } }, signal })),
  });

/** What it could not answer, those that ask the same together. */
export const unansweredQuery = (botId: string) =>
  queryOptions({
    queryKey: ["unanswered", botId],
    queryFn: ({ signal }) => dataOf(api.GET("/api/bots/{id}/unanswered", { params: { path: { id: botId } }, signal })),
    refetchInterval: FIGURES_EVERY_MS,
  });

export const botTestsQuery = (botId: string) =>
  queryOptions({
    queryKey: ["bot-tests", botId],
    queryFn: ({ signal }) =>
      dataOf(api.GET("/api/bots/{id}/tests", { params: { path: { id: botId }, query: { limit: BOT_TESTS } }, signal })),
  });

const testRunsKey = (botId: string) => ["bot-tests", botId, "runs"];

export const testRunsQuery = (botId: string) =>
  queryOptions({
    queryKey: testRunsKey(botId),
    queryFn: ({ signal }) => dataOf(api.GET("/api/bots/{id}/test-runs", { params: { path: { id: botId } }, signal })),
  });

/** `step`: how far the run was when it is read; what is done stays as it is. */
export const testReportQuery = (botId: string, runId: string, step: string) =>
  queryOptions({
    queryKey: [...testRunsKey(botId), runId, step],
    queryFn: ({ signal }) =>
      dataOf(
        api.GET("/api/bots/{id}/test-runs/{item_id}", {
          params: { path: { id: botId, item_id: runId } },
          signal,
        }),
      ),
  });

export const replaysQuery = (botId: string) =>
  queryOptions({
    queryKey: ["replays", botId],
    queryFn: ({ signal }) => dataOf(api.GET("/api/bots/{id}/replays", { params: { path: { id: botId } }, signal })),
  });

/** `step`: how far the replay was when it is read; what is done stays as it is. */
export const replayResultsQuery = (botId: string, replayId: string, filter: string, step: string) =>
  infiniteQueryOptions({
    queryKey: ["replay-results", botId, replayId, filter, step],
    queryFn: ({ pageParam, signal }) => {
      const query = { cursor: pageParam, ...(filter !== "all" && { outcome: filter }) };
      const path = { id: botId, item_id: replayId };
      return dataOf(api.GET("/api/bots/{id}/replays/{item_id}/results", { params: { path, query }, signal }));
    },
    ...paging,
  });

/** How the business is doing; read again while it is looked at. */
export const overviewQuery = (range: Range) =>
  queryOptions({
    queryKey: ["overview", range],
    queryFn: ({ signal }) => dataOf(api.GET("/api/overview", { params: { query: { range } }, signal })),
    refetchInterval: FIGURES_EVERY_MS,
  });

export const usageQuery = (days: number) =>
  queryOptions({
    queryKey: ["usage", days],
    queryFn: ({ signal }) => dataOf(api.GET("/api/usage", { params: { query: { days } }, signal })),
  });

export const modelsQuery = queryOptions({
  queryKey: ["models"],
  queryFn: ({ signal }) => dataOf(api.GET("/api/models", { signal })),
});

export const modelUsageQuery = (days: number) =>
  queryOptions({
    queryKey: ["models", "usage", days],
    queryFn: ({ signal }) => dataOf(api.GET("/api/models/usage", { params: { query: { days } }, signal })),
  });

export const tenantQuery = queryOptions({
  queryKey: ["tenant"],
  queryFn: ({ signal }) => dataOf(api.GET("/api/tenant", { signal })),
});

export const apiKeysQuery = infiniteQueryOptions({
  queryKey: ["api-keys"],
  queryFn: ({ pageParam, signal }) =>
    dataOf(api.GET("/api/api-keys", { params: { query: { cursor: pageParam } }, signal })),
  ...paging,
});

export type AuditFilter = Partial<Record<"actor_id" | "action" | "from" | "to", string | undefined>>;

export const auditQuery = (filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: ["audit", filter],
    queryFn: ({ pageParam, signal }) =>
      dataOf(api.GET("/api/audit", { params: { query: { ...filter, cursor: pageParam } }, signal })),
    ...paging,
  });

export const leftoversQuery = infiniteQueryOptions({
  queryKey: ["leftovers"],
  queryFn: ({ pageParam, signal }) =>
    dataOf(api.GET("/api/webhooks/leftovers", { params: { query: { cursor: pageParam } }, signal })),
  ...paging,
});

/** Where one is signed in: all on one page. */
export const sessionsQuery = infiniteQueryOptions({
  queryKey: ["sessions"],
  queryFn: ({ signal }) => dataOf(api.GET("/api/auth/sessions", { signal })),
  ...paging,
});

export const secondFactorQuery = queryOptions({
  queryKey: ["second-factor"],
  queryFn: ({ signal }) => dataOf(api.GET("/api/auth/second-factor", { signal })),
});

/** How one signs in here besides by password. */
export const methodsQuery = queryOptions({
  queryKey: ["methods"],
  queryFn: ({ signal }) => dataOf(api.GET("/api/auth/methods", { signal })),
  staleTime: Number.POSITIVE_INFINITY,
});

export const identitiesQuery = queryOptions({
  queryKey: ["identities"],
  queryFn: ({ signal }) => dataOf(api.GET("/api/auth/identities", { signal })),
});

/** The businesses one works for. */
export const tenantsQuery = queryOptions({
  queryKey: ["tenants"],
  queryFn: ({ signal }) => dataOf(api.GET("/api/auth/tenants", { signal })),
});

export const peopleQuery = infiniteQueryOptions({
  queryKey: ["people"],
  queryFn: ({ pageParam, signal }) =>
    dataOf(api.GET("/api/people", { params: { query: { cursor: pageParam } }, signal })),
  ...paging,
});

export const invitationsQuery = infiniteQueryOptions({
  queryKey: ["invitations"],
  queryFn: ({ pageParam, signal }) =>
    dataOf(api.GET("/api/invitations", { params: { query: { cursor: pageParam } }, signal })),
  ...paging,
});

export interface TenantsFilter {
  search: string;
  status: string;
}

export const platformTenantsQuery = ({ search, status }: TenantsFilter) =>
  infiniteQueryOptions({
    queryKey: ["platform", "tenants", search, status],
    queryFn: ({ pageParam, signal }) => {
      const query = { cursor: pageParam, ...(search && { search }), ...(status && { status }) };
      return dataOf(api.GET("/api/platform/tenants", { params: { query }, signal }));
    },
    ...paging,
  });

export const platformTenantQuery = (id: string) =>
  queryOptions({
    queryKey: ["platform", "tenant", id],
    queryFn: ({ signal }) => dataOf(api.GET("/api/platform/tenants/{id}", { params: { path: { id } }, signal })),
  });

/** Read again while it goes on. */
export const deletionQuery = (id: string) =>
  queryOptions({
    queryKey: ["platform", "deletion", id],
    queryFn: ({ signal }) =>
      dataOf(api.GET("/api/platform/tenants/{id}/deletion", { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) => (state.data?.state === "running" ? WORK_EVERY_MS : false),
  });

export const deletionsQuery = infiniteQueryOptions({
  queryKey: ["platform", "deletions"],
  queryFn: ({ pageParam, signal }) =>
    dataOf(api.GET("/api/platform/deletions", { params: { query: { cursor: pageParam } }, signal })),
  ...paging,
});

export const exportsQuery = queryOptions({
  queryKey: ["exports"],
  queryFn: ({ signal }) => dataOf(api.GET("/api/tenant/export", { signal })),
  refetchInterval: ({ state }) => (state.data?.items.some(isBeingMade) ? WORK_EVERY_MS : false),
});

export const isBeingMade = ({ state }: { state: string }) => state === "queued" || state === "running";

/** Asks Meta, so only when somebody wants to know, and never from what is kept. */
export const diagnosisQuery = (id: string) =>
  queryOptions({
    queryKey: ["diagnosis", id],
    queryFn: ({ signal }) => dataOf(api.GET("/api/numbers/{id}/doctor", { params: { path: { id } }, signal })),
    staleTime: 0,
    gcTime: 0,
  });

/** Asks Meta too. */
export const grantedQuery = queryOptions({
  queryKey: ["granted"],
  queryFn: ({ signal }) => dataOf(api.GET("/api/onboarding/whatsapp/granted", { signal })),
});

/** Below the numbers' key: read again with them. No event tells of every percent. */
export const syncQuery = (id: string) =>
  queryOptions({
    queryKey: ["numbers", id, "sync"],
    queryFn: ({ signal }) => dataOf(api.GET("/api/numbers/{id}/sync", { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) => (state.data?.items.some(isUnderWay) ? SYNC_EVERY_MS : false),
  });

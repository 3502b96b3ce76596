// What screens read, by the keys under which it is kept.

import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { isUnderWay } from "../features/connect/sync-progress.ts";
import type { ListFilter } from "../features/inbox/model.ts";
import { api, dataOf } from "./client.ts";

const CONVERSATIONS_A_PAGE = 30;
const MESSAGES_A_PAGE = 50;
const ITEMS_A_PAGE = 100;
const NOTES = 200;
const PEOPLE = 200;
const SYNC_EVERY_MS = 10_000;

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

/** A page of a thread: before a place, after one, or around a message; the newest otherwise. */
type ThreadPlace = { cursor?: string; after?: string; around?: string };

export const readMessages = (id: string, place: ThreadPlace, signal?: AbortSignal) =>
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
    getNextPageParam: (last): ThreadPlace | undefined => (last.next_cursor ? { cursor: last.next_cursor } : undefined),
    getPreviousPageParam: (first): ThreadPlace | undefined =>
      first.newer_cursor ? { after: first.newer_cursor } : undefined,
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

/** How many conversations each view has. */
export const countsQuery = queryOptions({
  queryKey: ["counts"],
  queryFn: ({ signal }) => dataOf(api.GET("/api/conversations/counts", { signal })),
});

export const labelsQuery = queryOptions({
  queryKey: ["labels"],
  queryFn: ({ signal }) => dataOf(api.GET("/api/labels", { signal })),
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

export const knowledgeQuery = (botId: string) =>
  infiniteQueryOptions({
    queryKey: ["knowledge", botId],
    queryFn: ({ pageParam, signal }) =>
      dataOf(
        api.GET("/api/bots/{id}/knowledge", {
          params: { path: { id: botId }, query: { limit: ITEMS_A_PAGE, cursor: pageParam } },
          signal,
        }),
      ),
    ...paging,
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

export const auditQuery = infiniteQueryOptions({
  queryKey: ["audit"],
  queryFn: ({ pageParam, signal }) =>
    dataOf(api.GET("/api/audit", { params: { query: { cursor: pageParam } }, signal })),
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

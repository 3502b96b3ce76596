import { useMutation, useQueryClient } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { api, dataOf } from "../../api/client.ts";
import { sentence } from "../../api/problem.ts";
import { usePermissions } from "../../api/roles.ts";
import { Icon, type IconName } from "../../components/icon.tsx";
import { toast } from "../../components/toast.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { fileQuery, type Media, save, useFile } from "./files.ts";
import { type Message, type MessagePages, messagesOf } from "./model.ts";
import { isVoice } from "./payload.ts";
import { kindWord } from "./people.ts";
import { VoicePlayer } from "./voice-player.tsx";

const Lightbox = lazy(() => import("./lightbox.tsx"));

/** A message's file, as far as it is here. */
export function Attachment({ message, media, name }: { message: Message; media: Media; name: string }) {
  const i18n = useI18n();
  if (media.state === "waiting") return <Waiting media={media} />;
  if (media.state !== "ready") return <Missing media={media} />;
  const what = message.text || i18n.t("file.from", { what: kindWord(media.kind, i18n), name });
  if (!media.is_inline) return <Document media={media} />;
  if (media.kind === "image") return <Picture media={media} alt={what} />;
  if (media.kind === "sticker") return <Sticker media={media} alt={what} />;
  if (media.kind === "video") return <Video media={media} label={what} />;
  return <VoicePlayer media={media} isVoice={isVoice(message.payload)} label={what} />;
}

function Waiting({ media }: { media: Media }) {
  const { t } = useI18n();
  return (
    <p className={`file-box ${media.kind}`} role="status">
      <Icon name="clock" />
      {t("file.waiting")}
    </p>
  );
}

/** There is no file: why, and what may be done. */
function Missing({ media }: { media: Media }) {
  const i18n = useI18n();
  const { t, isKey } = i18n;
  const { mayReply } = usePermissions();
  const client = useQueryClient();
  const again = useMutation({
    mutationFn: () => dataOf(api.POST("/api/media/{id}/retry", { params: { path: { id: media.id } } })),
    onSuccess: (fresh) => {
      for (const query of client.getQueryCache().findAll({ queryKey: ["messages"] }))
        client.setQueryData<MessagePages>(query.queryKey, (pages) => pages && withMedia(pages, fresh));
    },
    onError: (problem) => toast(sentence(problem, i18n)),
  });
  const key = `file.problem.${media.problem}`;
  const why = media.state === "deleted" ? t("file.deleted") : t(isKey(key) ? key : "file.problem.unavailable");
  return (
    <div className="file-row missing">
      <Icon name="alert" />
      <p>
        <bdi className="name">{media.file_name ?? kindWord(media.kind, i18n)}</bdi>
        <span>{why}</span>
      </p>
      {media.state === "failed" && mayReply && (
        <button type="button" onClick={() => again.mutate()} disabled={again.isPending}>
          {t("try_again")}
        </button>
      )}
    </div>
  );
}

function withMedia(pages: MessagePages, fresh: Media): MessagePages {
  if (!messagesOf(pages).some((it) => it.media?.id === fresh.id)) return pages;
  const items = (all: Message[]) => all.map((it) => (it.media?.id === fresh.id ? { ...it, media: fresh } : it));
  return { ...pages, pages: pages.pages.map((page) => ({ ...page, items: items(page.items) })) };
}

function Picture({ media, alt }: { media: Media; alt: string }) {
  const { t } = useI18n();
  const { address, isError, refetch } = useFile(media);
  const [isOpen, setIsOpen] = useState(false);
  if (isError) return <Unread retry={refetch} />;
  return (
    <>
      <button type="button" className="file-box image" onClick={() => setIsOpen(true)} disabled={!address}>
        {address ? <img src={address} alt={alt} /> : <span className="sr-only">{alt}</span>}
        <span className="sr-only">{t("file.enlarge")}</span>
      </button>
      {isOpen && address && (
        <Suspense>
          <Lightbox media={media} address={address} alt={alt} onClose={() => setIsOpen(false)} />
        </Suspense>
      )}
    </>
  );
}

function Sticker({ media, alt }: { media: Media; alt: string }) {
  const { address, isError, refetch } = useFile(media);
  if (isError) return <Unread retry={refetch} />;
  return <div className="file-box sticker">{address && <img src={address} alt={alt} />}</div>;
}

/** A video comes when it is asked for: it may be large. */
function Video({ media, label }: { media: Media; label: string }) {
  const { t, size } = useI18n();
  const [isWanted, setIsWanted] = useState(false);
  const { address, isError, refetch } = useFile(media, isWanted);
  if (isError) return <Unread retry={refetch} />;
  if (address)
    return (
      // biome-ignore lint/a11y/useMediaCaption: customers send their videos without captions
      <video className="file-box video" src={address} controls autoPlay aria-label={label} />
    );
  return (
    <button type="button" className="file-box video" onClick={() => setIsWanted(true)} disabled={isWanted}>
      <Icon name={isWanted ? "clock" : "play"} />
      <span>{t(isWanted ? "file.loading" : "file.play")}</span>
      <span className="soft">{size(media.size ?? 0)}</span>
      <span className="sr-only">{label}</span>
    </button>
  );
}

const ENDINGS: Record<string, IconName> = { "application/pdf": "file", "text/plain": "file" };

/** A file to be saved: documents, and whatever is not what it was said to be. */
function Document({ media }: { media: Media }) {
  const i18n = useI18n();
  const { t, size } = i18n;
  const client = useQueryClient();
  const name = media.file_name ?? kindWord(media.kind, i18n);
  const load = useMutation({
    mutationFn: () => client.fetchQuery(fileQuery(media.id)),
    onSuccess: (blob) => save(blob, name),
    onError: (problem) => toast(sentence(problem, i18n)),
  });
  return (
    <>
      <div className="file-row">
        <Icon name={ENDINGS[media.mime_type ?? ""] ?? "file"} />
        <p>
          <bdi className="name">{name}</bdi>
          <span className="soft">{[endingOf(media), size(media.size ?? 0)].filter(Boolean).join(" · ")}</span>
        </p>
        <button
          type="button"
          className="plain"
          onClick={() => load.mutate()}
          disabled={load.isPending}
          title={t("file.save")}
        >
          <Icon name={load.isPending ? "clock" : "save"} />
          <span className="sr-only">{t("file.save_name", { name })}</span>
        </button>
      </div>
      {media.problem === "mismatch" && (
        <p className="odd">
          <Icon name="alert" />
          {t("file.mismatch")}
        </p>
      )}
    </>
  );
}

/** The ending of its name, else of its type. */
function endingOf({ file_name: name, mime_type: type }: Media): string {
  const ending = name?.match(/\.([a-z0-9]{1,5})$/i)?.[1] ?? type?.split("/")[1]?.match(/^[a-z0-9]{1,5}$/)?.[0];
  return (ending ?? "").toUpperCase();
}

export function Unread({ retry }: { retry: () => unknown }): ReactNode {
  const { t } = useI18n();
  return (
    <div className="file-row missing">
      <Icon name="alert" />
      <p>{t("file.unread")}</p>
      <button type="button" onClick={() => retry()}>
        {t("try_again")}
      </button>
    </div>
  );
}

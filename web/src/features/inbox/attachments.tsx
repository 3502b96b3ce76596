import { type ChangeEvent, type RefObject, useRef } from "react";
import { sentence } from "../../api/problem.ts";
import { Icon } from "../../components/icon.tsx";
import { toast } from "../../components/toast.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { ACCEPTED } from "./attach.ts";
import { useObjectUrl } from "./files.ts";
import { again, attach, detach, MOST, type Upload, useUploads } from "./uploads.ts";

/** Attaches files, and says so when they are too many. */
export function useAttach(conversationId: string) {
  const { t } = useI18n();
  return (files: File[]) => {
    if (files.length > 0 && attach(conversationId, files) > 0) toast(t("attach.too_many", { count: MOST }));
  };
}

/** Opens the browser's choice of files. */
export function useAttachInput() {
  const input = useRef<HTMLInputElement>(null);
  return { input, open: () => input.current?.click() };
}

interface InputProps {
  conversationId: string;
  input: RefObject<HTMLInputElement | null>;
}

export function AttachInput({ conversationId, input }: InputProps) {
  const add = useAttach(conversationId);
  const chosen = ({ target }: ChangeEvent<HTMLInputElement>) => {
    add([...(target.files ?? [])]);
    target.value = "";
  };
  return <input ref={input} type="file" multiple hidden accept={ACCEPTED} onChange={chosen} data-testid="attach" />;
}

/** What is attached to the message that is being written. */
export function Tray({ conversationId }: { conversationId: string }) {
  const { t } = useI18n();
  const uploads = useUploads(conversationId);
  if (uploads.length === 0) return null;
  return (
    <ul className="tray" aria-label={t("attach.attached")}>
      {uploads.map((upload) => (
        <Attached key={upload.key} conversationId={conversationId} upload={upload} />
      ))}
    </ul>
  );
}

function Attached({ conversationId, upload }: { conversationId: string; upload: Upload }) {
  const i18n = useI18n();
  const { t, size } = i18n;
  const { file, kind, progress, media, problem, instead } = upload;
  const preview = useObjectUrl(kind === "image" || kind === "sticker" ? file : undefined);
  const mayRetry = problem && (problem.status === 0 || problem.status >= 500);
  return (
    <li className={problem ? "failed" : ""}>
      {preview ? <img src={preview} alt="" /> : <Icon name={kind === "audio" ? "microphone" : "file"} />}
      <div>
        <p>
          <bdi className="name">{file.name}</bdi>
        </p>
        {problem ? (
          <p className="why" role="alert">
            {sentence(problem, i18n)}
          </p>
        ) : (
          <p className="soft">
            {media ? size(file.size) : t("attach.progress", { percent: Math.floor(progress * 100) })}
          </p>
        )}
        {!problem && !media && <progress value={progress} max={1} aria-label={file.name} />}
        {problem && (mayRetry || instead) && (
          <div className="buttons start">
            {mayRetry && (
              <button type="button" onClick={() => again(conversationId, upload)}>
                {t("try_again")}
              </button>
            )}
            {instead && (
              <button type="button" onClick={() => again(conversationId, upload, instead)}>
                {t(`attach.as.${instead}`)}
              </button>
            )}
          </div>
        )}
      </div>
      <button type="button" className="plain" onClick={() => detach(conversationId, upload)}>
        <Icon name="close" />
        <span className="sr-only">{t("attach.drop", { name: file.name })}</span>
      </button>
    </li>
  );
}

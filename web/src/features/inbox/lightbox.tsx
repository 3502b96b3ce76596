import { Dialog as Base } from "@base-ui/react/dialog";
import { useQueryClient } from "@tanstack/react-query";
import { Icon } from "../../components/icon.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { fileQuery, type Media, save } from "./files.ts";

interface Props {
  media: Media;
  address: string;
  alt: string;
  onClose: () => void;
}

/** A picture, as large as the window. */
export default function Lightbox({ media, address, alt, onClose }: Props) {
  const { t } = useI18n();
  const client = useQueryClient();
  const keep = () => {
    const blob = client.getQueryData(fileQuery(media.id).queryKey);
    if (blob) save(blob, media.file_name ?? `${media.id}.${media.mime_type?.split("/")[1] ?? "jpg"}`);
  };
  return (
    <Base.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="backdrop" />
        <Base.Popup className="lightbox" aria-label={alt}>
          <div className="buttons">
            <button type="button" onClick={keep}>
              <Icon name="save" />
              {t("file.save")}
            </button>
            <Base.Close>
              <Icon name="close" />
              {t("close")}
            </Base.Close>
          </div>
          <img src={address} alt={alt} />
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

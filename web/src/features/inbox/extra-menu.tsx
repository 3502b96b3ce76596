import { Menu } from "@base-ui/react/menu";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { Icon, type IconName } from "../../components/icon.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { AttachInput, useAttachInput } from "./attachments.tsx";
import { EXTRAS, type Extra } from "./extras.ts";
import type { Conversation } from "./model.ts";

const ExtraDialog = lazy(() => import("./extra-dialog.tsx"));
const TemplateDialog = lazy(() => import("./template-dialog.tsx"));

const SIGNS: Record<Extra, IconName> = {
  location: "place",
  contacts: "person",
  buttons: "tick",
  list: "menu",
  link: "copy",
  ask_place: "place",
};

/** All that can be sent beside text. */
export function ExtraMenu({ conversation, isDisabled }: { conversation: Conversation; isDisabled: boolean }) {
  const { t } = useI18n();
  const files = useAttachInput();
  const [asked, setAsked] = useState<Extra | "template" | null>(null);
  const close = () => {
    setAsked(null);
    document.getElementById("composer")?.focus();
  };
  return (
    <>
      <Menu.Root>
        <Menu.Trigger className="plain attach" disabled={isDisabled} title={t("extra.verb")}>
          <Icon name="plus" />
          <span className="sr-only">{t("extra.verb")}</span>
        </Menu.Trigger>
        <Menu.Portal>
          <Menu.Positioner side="top" align="start" sideOffset={4} collisionPadding={8} className="menu-place">
            <Menu.Popup className="menu">
              <Item sign="clip" onClick={files.open}>
                {t("attach.verb")}
              </Item>
              <hr />
              {EXTRAS.map((kind) => (
                <Item key={kind} sign={SIGNS[kind]} onClick={() => setAsked(kind)}>
                  {t(`extra.${kind}`)}
                </Item>
              ))}
              <hr />
              <Item sign="template" onClick={() => setAsked("template")}>
                {t("templates.send")}
              </Item>
            </Menu.Popup>
          </Menu.Positioner>
        </Menu.Portal>
      </Menu.Root>
      <AttachInput conversationId={conversation.id} input={files.input} />
      <Suspense>
        {asked === "template" && <TemplateDialog conversation={conversation} onClose={close} />}
        {asked && asked !== "template" && <ExtraDialog kind={asked} conversation={conversation} onClose={close} />}
      </Suspense>
    </>
  );
}

function Item({ sign, onClick, children }: { sign: IconName; onClick: () => void; children: ReactNode }) {
  return (
    <Menu.Item className="item" onClick={onClick}>
      <Icon name={sign} />
      {children}
    </Menu.Item>
  );
}

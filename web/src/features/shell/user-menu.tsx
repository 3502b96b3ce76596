import { Menu } from "@base-ui/react/menu";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, dataOf } from "../../api/client.ts";
import { sentence } from "../../api/problem.ts";
import { tenantsQuery } from "../../api/queries.ts";
import { adopt, signOut, useSession } from "../../api/session.ts";
import { Icon } from "../../components/icon.tsx";
import { toast } from "../../components/toast.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { chooseTheme, currentTheme, THEMES, type Theme } from "./theme.ts";

/** Who is signed in, and what concerns them alone. */
export function UserMenu({ onKeys }: { onKeys: () => void }) {
  const i18n = useI18n();
  const { t } = i18n;
  const { user, tenant } = useSession();
  const leave = () => signOut().catch((problem) => toast(sentence(problem, i18n)));
  return (
    <Menu.Root>
      <Menu.Trigger className="plain you">
        <Icon name="person" />
        <span>{t("nav.you")}</span>
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner side="inline-end" align="end" sideOffset={8} collisionPadding={8}>
          <Menu.Popup className="menu">
            <p className="px-3 py-2 text-sm text-soft">
              <strong className="block text-text">{user.name}</strong>
              <span dir="auto">{tenant.name}</span> · {t(`role.${user.role as "owner"}`)}
            </p>
            <Menu.Item className="item" render={<Link to="/settings/profile" />}>
              <Icon name="person" />
              {t("settings.profile")}
            </Menu.Item>
            <Tenants />
            <Menu.Item className="item" onClick={onKeys}>
              <Icon name="keys" />
              {t("nav.keys")}
            </Menu.Item>
            <ThemeChoice />
            <Menu.Item className="item" onClick={leave}>
              <Icon name="leave" />
              {t("nav.sign_out")}
            </Menu.Item>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

/** The other businesses one works for. */
function Tenants() {
  const i18n = useI18n();
  const { data } = useQuery(tenantsQuery);
  async function goOn(tenantId: string) {
    try {
      adopt(await dataOf(api.POST("/api/auth/switch", { body: { tenant_id: tenantId } })));
    } catch (problem) {
      toast(sentence(problem, i18n));
    }
  }
  const others = data?.items.filter((tenant) => !tenant.current) ?? [];
  return others.map(({ id, name }) => (
    <Menu.Item key={id} className="item" onClick={() => goOn(id)}>
      <Icon name="place" />
      <span dir="auto">{i18n.t("tenants.switch", { name })}</span>
    </Menu.Item>
  ));
}

function ThemeChoice() {
  const { t } = useI18n();
  const [theme, setTheme] = useState(currentTheme);
  const choose = (next: Theme) => {
    chooseTheme(next);
    setTheme(next);
  };
  return (
    <Menu.RadioGroup className="themes" value={theme} onValueChange={choose} aria-label={t("theme.label")}>
      {THEMES.map((name) => (
        <Menu.RadioItem key={name} className="item" value={name} closeOnClick={false}>
          {t(`theme.${name}`)}
        </Menu.RadioItem>
      ))}
    </Menu.RadioGroup>
  );
}

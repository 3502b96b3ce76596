import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { Problem, sentence } from "../../api/problem.ts";
import { grantedQuery, numbersQuery, onboardingQuery } from "../../api/queries.ts";
import { Failure } from "../../components/failure.tsx";
import { toast } from "../../components/toast.tsx";
import { useI18n } from "../../i18n/provider.tsx";

type Account = Schemas["Page_GrantedWabaBody"]["items"][number];

/** Numbers that a permission covers already and that are not connected. Meta is asked only when one opens it. */
export function Granted() {
  const { t } = useI18n();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details className="mt-4" onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}>
      <summary>{t("granted.show")}</summary>
      {isOpen && <Accounts />}
    </details>
  );
}

function Accounts() {
  const { t } = useI18n();
  const { data, error, refetch } = useQuery(grantedQuery);
  if (error) return <Failure problem={error} retry={refetch} />;
  if (!data) return <p className="hint">{t("doctor.running")}</p>;
  const hasAny = data.items.some((account) => account.problem || account.numbers.some(isFree));
  if (!hasAny) return <p className="hint">{t("granted.none")}</p>;
  return (
    <>
      <p className="hint">{t("granted.hint")}</p>
      {data.items.map((account) => (
        <AccountNumbers key={account.waba_id} account={account} />
      ))}
    </>
  );
}

const isFree = ({ status }: Schemas["GrantedNumberBody"]) => status == null || status === "disconnected";

function AccountNumbers({ account }: { account: Account }) {
  const { t, said } = useI18n();
  const { connect, isBusy } = useConnect();
  const free = account.numbers.filter(isFree);
  if (account.problem) {
    return (
      <p className="error" dir="auto">
        {account.name ?? account.waba_id}: {said(account.problem)}
      </p>
    );
  }
  if (free.length === 0) return null;
  return (
    <ul className="steps" aria-label={account.name ?? account.waba_id}>
      {free.map((number) => (
        <li key={number.phone_number_id}>
          <div>
            <strong>
              <bdi dir="ltr">{number.display_phone_number ?? number.phone_number_id}</bdi>
            </strong>
            <span className="state" dir="auto">
              {number.verified_name ?? account.name}
            </span>
          </div>
          <button
            type="button"
            disabled={isBusy}
            onClick={() => connect({ waba_id: account.waba_id, phone_number_id: number.phone_number_id })}
          >
            {t("granted.connect")}
          </button>
        </li>
      ))}
    </ul>
  );
}

function useConnect() {
  const i18n = useI18n();
  const client = useQueryClient();
  const [isBusy, setIsBusy] = useState(false);
  async function connect(body: Schemas["ConnectBody"]) {
    setIsBusy(true);
    try {
      await dataOf(api.POST("/api/numbers", { body }));
    } catch (problem) {
      // A step that failed is told among the steps, better than in a notice.
      if (!(problem instanceof Problem && problem.code === "connection_stopped")) toast(sentence(problem, i18n));
    }
    const keys = [grantedQuery.queryKey, numbersQuery.queryKey, onboardingQuery.queryKey];
    await Promise.all(keys.map((queryKey) => client.invalidateQueries({ queryKey })));
    setIsBusy(false);
  }
  return { connect, isBusy };
}

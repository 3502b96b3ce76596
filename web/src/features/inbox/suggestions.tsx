import { type KeyboardEvent, type ReactNode, useState } from "react";

/** Something a text field offers while one types. */
export interface Offer {
  id: string;
  words: ReactNode;
  take: () => void;
}

/**
 * A list over a text field that the arrows move through and Enter or Tab takes from. The focus stays in the field.
 * `pressed` is true when the key was the list's.
 */
export function useOffers(listId: string, offers: Offer[], onDrop: () => void) {
  const [wanted, setAt] = useState(0);
  const at = Math.min(wanted, offers.length - 1);
  const isOpen = offers.length > 0;
  function pressed(event: KeyboardEvent): boolean {
    if (!isOpen) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setAt((at + step + offers.length) % offers.length);
    else if ((event.key === "Enter" && !event.shiftKey) || event.key === "Tab") {
      offers[at]?.take();
      setAt(0);
    } else if (event.key === "Escape") onDrop();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }
  const field = {
    "aria-autocomplete": "list" as const,
    "aria-controls": isOpen ? listId : undefined,
    "aria-activedescendant": isOpen ? `${listId}-${offers[at]?.id}` : undefined,
  };
  return { at, setAt, pressed, field };
}

interface Props {
  id: string;
  label: string;
  offers: Offer[];
  at: number;
  onPoint: (index: number) => void;
}

export function Offers({ id, label, offers, at, onPoint }: Props) {
  if (offers.length === 0) return null;
  return (
    <div className="offers" id={id} role="listbox" aria-label={label}>
      {offers.map((offer, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are heard in the field
        <div
          key={offer.id}
          id={`${id}-${offer.id}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === at}
          onPointerMove={() => onPoint(index)}
          // The field keeps the focus.
          onPointerDown={(event) => event.preventDefault()}
          onClick={offer.take}
        >
          {offer.words}
        </div>
      ))}
    </div>
  );
}

// Which conversation is open, for those that are no components: news of it is not announced as from elsewhere.

let open: string | undefined;

export const openConversation = () => open;

export function setOpenConversation(id: string | undefined) {
  open = id;
}

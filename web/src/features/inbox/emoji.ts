// The emoji that are offered, and those that were used last.

/** By what they are about, in the order people look for them. */
export const EMOJI = {
  smileys:
    "😀 😃 😄 😁 😅 😂 🤣 😊 😇 🙂 🙃 😉 😌 😍 🥰 😘 😋 😜 🤗 🤔 🤩 🥳 😎 😏 😐 😶 🙄 😬 😔 😴 😷 🤒 🥺 😢 😭 😤 😠 😳 😱 😅 🤝",
  people: "👋 🤚 ✋ 👌 🤏 ✌️ 🤞 🤙 👈 👉 👆 👇 ☝️ 👍 👎 👊 👏 🙌 🤲 🙏 💪 👀 🧑‍🍳 🧑‍💻 🧑‍🔧 👨‍👩‍👧 🕺 💃",
  hearts: "❤️ 🧡 💛 💚 💙 💜 🖤 🤍 💔 💕 💖 💐 🌹 🌸 🌻 🎁 🎂 🎉 🎊 ✨ ⭐ 🔥 💯",
  things: "☕ 🍰 🍞 🥐 🍕 🍎 🚚 📦 📱 💻 📞 ✉️ 📎 📄 📅 ⏰ 🕐 💳 💰 🧾 🔑 🏠 🏪 🚗 ✈️ 🌍 ☀️ 🌧️ ❄️",
  signs: "✅ ☑️ ❌ ❗ ❓ ⚠️ ℹ️ 🔔 🔒 🔎 ➡️ ⬅️ ⬆️ ⬇️ 🔄 🆕 🆗 #️⃣ 1️⃣ 2️⃣ 3️⃣",
} as const;
export type EmojiGroup = keyof typeof EMOJI;

/** What one puts to a message most often. */
export const REACTIONS = ["👍", "❤️", "😂", "😮", "😢", "🙏"] as const;

export const emojiOf = (group: EmojiGroup): string[] => [...new Set(EMOJI[group].split(" "))];

const STORE = "switchboard.emoji";
const MOST_RECENT = 16;

export function recentEmoji(): string[] {
  return (localStorage.getItem(STORE) ?? "").split(" ").filter(Boolean);
}

export function noteEmoji(emoji: string) {
  localStorage.setItem(STORE, [emoji, ...recentEmoji().filter((it) => it !== emoji)].slice(0, MOST_RECENT).join(" "));
}

/** `text` with `emoji` in place of what is selected, and where one writes on. */
export function inserted(text: string, emoji: string, from: number, to: number): { text: string; at: number } {
  return { text: text.slice(0, from) + emoji + text.slice(to), at: from + emoji.length };
}

// The last page of Embedded Signup's window: posts to the page that opened it, one thing after the other, and closes.

// In milliseconds. Meta's messages do not come in one moment either.
const PAUSE = 300;

const { opener: origin, posts } = document.getElementById("posts").dataset;

for (const post of JSON.parse(posts)) {
  window.opener?.postMessage(post, origin);
  await new Promise((resolve) => setTimeout(resolve, PAUSE));
}
window.close();

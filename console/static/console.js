/* What a page cannot do by itself: follow a run while it goes, and copy a field. */

const live = document.querySelector("[data-live]");
if (live) {
  const news = new EventSource(live.dataset.live);
  news.addEventListener("progress", ({ data }) => (live.innerHTML = data));
  news.addEventListener("ended", () => {
    news.close();
    location.reload();
  });
}

for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = "Copied";
  });
}

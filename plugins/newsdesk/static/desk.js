// The little that pages cannot do by themselves. Without it they work all the same.
(() => {
  const framed = document.documentElement.classList.contains("framed");

  // Pages of Airflow open where Airflow is: its frame may not be left by an ordinary link.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-airflow]");
    if (!framed || !link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const outer = window.parent.document.createElement("a");
    outer.href = link.href;
    outer.click();
  });

  // Sent once, and seen to be under way.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    form.setAttribute("aria-busy", "true");
    const button = event.submitter;
    if (button && button.dataset.busy) button.textContent = button.dataset.busy;
  });

  // Back in the browser: forms can be sent again.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) window.location.reload();
  });

  // What was done is said once: a reload or a bookmark does not repeat it.
  const here = new URL(window.location.href);
  if (here.searchParams.has("said")) {
    here.searchParams.delete("said");
    window.history.replaceState(null, "", here);
  }

  // "Select all on this page"
  document.addEventListener("change", (event) => {
    const all = event.target.closest("input[data-selects]");
    if (!all) return;
    for (const box of document.querySelectorAll(`input[name="${all.dataset.selects}"]`)) box.checked = all.checked;
  });
})();

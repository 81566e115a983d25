// Before anything is drawn: inside Airflow's frame, its theme is ours.
(() => {
  let outer;
  try {
    outer = window.parent !== window ? window.parent.document.documentElement : null;
  } catch {
    outer = null; // a frame of somebody else
  }
  if (!outer) return;
  const own = document.documentElement;
  const follow = () => {
    own.dataset.theme = outer.classList.contains("dark") ? "dark" : "light";
  };
  own.classList.add("framed");
  follow();
  new MutationObserver(follow).observe(outer, { attributeFilter: ["class"] });
})();

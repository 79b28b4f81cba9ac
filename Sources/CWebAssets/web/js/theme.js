// Runs before the first paint, so that a light page never flashes dark or the other way round.
(() => {
  const prefersLight = matchMedia("(prefers-color-scheme: light)");
  const apply = () => {
    let chosen = null;
    try {
      chosen = localStorage.getItem("theme");
    } catch { /* a browser that keeps nothing has no choice to tell */ }
    document.documentElement.dataset.theme = chosen ?? (prefersLight.matches ? "light" : "dark");
  };
  apply();
  prefersLight.addEventListener("change", apply);
  addEventListener("theme", apply);
})();

// Runs before the page is drawn, so that a chosen theme does not flash. Where storage is refused, the system decides.
{
  const root = document.documentElement;
  const read = () => {
    try {
      return localStorage.getItem("docs-theme") ?? "";
    } catch {
      return "";
    }
  };
  const apply = (theme) => {
    if (["light", "dark"].includes(theme)) root.dataset.theme = theme;
    else delete root.dataset.theme;
  };
  apply(read());
  addEventListener("DOMContentLoaded", () => {
    const label = document.getElementById("theme");
    const select = label.querySelector("select");
    select.value = root.dataset.theme ?? "";
    label.hidden = false;
    select.addEventListener("change", () => {
      apply(select.value);
      try {
        localStorage.setItem("docs-theme", select.value);
      } catch {
        // It holds for this page.
      }
    });
  });
}

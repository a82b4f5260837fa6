import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { BankAccounts } from "./BankAccounts";

const place = document.getElementById("app");
if (place) {
  createRoot(place).render(
    <StrictMode>
      <BankAccounts />
    </StrictMode>,
  );
}

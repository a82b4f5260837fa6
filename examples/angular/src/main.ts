import { provideZonelessChangeDetection } from "@angular/core";
import { bootstrapApplication } from "@angular/platform-browser";
import { BankAccounts } from "./bank-accounts";

bootstrapApplication(BankAccounts, { providers: [provideZonelessChangeDetection()] }).catch((error) => console.error(error));

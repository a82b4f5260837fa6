import { createApp } from "vue";
import BankAccounts from "./BankAccounts.vue";

createApp(BankAccounts).mount("#app");

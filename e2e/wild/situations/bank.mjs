export const bank = [];

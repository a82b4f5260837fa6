export const translated = [];

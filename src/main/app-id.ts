/** How Windows knows the program: notifications come under this name. electron-builder gives it to the installed program. */
export const APP_ID = 'org.gumbel-studio.studio';

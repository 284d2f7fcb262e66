@0x954fb1b4d7e0f2fa;

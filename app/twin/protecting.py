"""The passphrase of an open archive. What needs it closed is kept until then, in memory alone."""

from __future__ import annotations

from collections.abc import Callable

from app import protection
from app.errors import ArchiveProblem
from app.twin.base import Opened
from storage.encryption.key import DataKey


class Protecting(Opened):
    # Called by whoever runs the twin once it is closed; what it returns opens the archive again.
    after_closing: Callable[[], DataKey | None] | None = None

    @property
    def protected(self) -> bool:
        return protection.is_protected(self.settings.home)

    def change_passphrase(self, old: str, new: str) -> None:
        """Raises ArchiveProblem; then the old one holds."""
        self._need_writing()
        home = self.settings.home
        protection.change_passphrase(home, protection.unlock(home, old), new)

    def encrypt_after_closing(self, passphrase: str) -> None:
        """Raises ArchiveProblem where that cannot work."""
        self._need_writing()
        protection.check_encryption()
        protection.check_passphrase(passphrase)
        if self.protected:
            raise ArchiveProblem("This memory is encrypted already.")
        self.after_closing = lambda: protection.encrypt(self.settings.home, passphrase)

    def decrypt_after_closing(self, passphrase: str) -> None:
        """Raises ArchiveProblem for a wrong passphrase."""
        self._need_writing()
        key = protection.unlock(self.settings.home, passphrase)

        def decrypt() -> None:
            protection.decrypt(self.settings.home, key)

        self.after_closing = decrypt

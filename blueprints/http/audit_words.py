"""What the audit log calls kinds of acts, to choose by, and who is no person."""

from __future__ import annotations

from collections.abc import Mapping

from blueprints.http.language import lazy as _l
from models import AuditEntry
from models.audit import Act
from services.audit import COMMAND, PROVIDER

ACTORS = {COMMAND: _l("The command line"), PROVIDER: _l("A group of the provider")}
ACTS: Mapping[str, str] = {
    Act.ROLE: _l("Role changed"),
    Act.BAN: _l("Banned"),
    Act.UNBAN: _l("Ban lifted"),
    Act.SETTING: _l("Setting changed"),
    Act.APPROVE: _l("Account approved"),
    Act.REFUSE: _l("Account refused"),
    Act.CREATE_ACCOUNT: _l("Account created"),
    Act.DELETE_ACCOUNT: _l("Account deleted"),
    Act.PASSWORD: _l("Password set"),
    Act.RESET_LINK: _l("Link for a new password"),
    Act.RESET_FACTORS: _l("Second factor switched off"),
    Act.DISCONNECT: _l("Disconnected from the provider"),
    Act.QUOTA: _l("Space changed"),
    Act.INVITE: _l("Invitation created"),
    Act.REVOKE_INVITATION: _l("Invitation revoked"),
    Act.OPEN_UPLOAD: _l("Private file opened"),
    Act.EDIT_UPLOAD: _l("File edited"),
    Act.DELETE_UPLOAD: _l("File deleted"),
    Act.DELETE_LINK: _l("Delete link created"),
    Act.APPROVE_UPLOAD: _l("File approved"),
    Act.REFUSE_UPLOAD: _l("File refused"),
    Act.HIDE_UPLOAD: _l("File hidden"),
    Act.DISMISS_REPORT: _l("Report dismissed"),
    Act.OPEN_ALBUM: _l("Closed album opened"),
    Act.CREATE_CATEGORY: _l("Category created"),
    Act.EDIT_CATEGORY: _l("Category edited"),
    Act.DELETE_CATEGORY: _l("Category deleted"),
    Act.EDIT_TAG: _l("Tag edited"),
    Act.MERGE_TAGS: _l("Tags merged"),
    Act.DELETE_TAG: _l("Tag deleted"),
    Act.RETRY_JOBS: _l("Jobs retried"),
    Act.BACK_UP: _l("Backup asked for"),
    Act.CREATE_KEY: _l("API key created"),
    Act.GUEST_KEY: _l("Guest key created"),
    Act.REVOKE_KEY: _l("API key revoked"),
    Act.CREATE_ALBUM: _l("Album created"),
}


def actor(entry: AuditEntry) -> str:
    return str(ACTORS.get(entry.by, entry.by))

"""Who may read and write what: the rules of ownership (§ 5, § 8.3)."""

from __future__ import annotations

from infra.local.mediamosa import errors
from infra.local.mediamosa.context import Context
from infra.local.mediamosa.parameters import USER, Parameters
from infra.local.mediamosa.properties import TRASHCAN
from infra.local.mediamosa.records import Asset

NAME_LENGTH = 255


def is_trashed(asset: Asset) -> bool:
    """Whether the asset lies in the trashcan."""
    return "TRUE" in asset.metadata.get(TRASHCAN, ())


def existing(context: Context, asset_id: str, *, trashed: bool = False) -> Asset:
    """Return an asset of any application.

    Raises:
        RefusedError: 700, there is none, or it is trashed and `trashed` is not asked for.
    """
    asset = context.store.assets.get(asset_id)
    if asset is None or (is_trashed(asset) and not trashed):
        raise errors.asset_not_found(asset_id)
    return asset


def own(context: Context, asset: Asset) -> Asset:
    """Return the asset, if it is the application's.

    Raises:
        RefusedError: 1800, it is another application's.
    """
    if asset.app_id != context.application.app_id:
        raise errors.not_authorised("application not allowed")
    return asset


def acting_user(parameters: Parameters) -> str:
    """Return the required `user_id` of a write."""
    return parameters.required("user_id", kind=USER, maximum=NAME_LENGTH)


def owned(context: Context, asset: Asset, parameters: Parameters) -> Asset:
    """Return the asset, if the acting user may write it.

    Raises:
        RefusedError: 1800, another application's or another owner's, without `is_app_admin`.
    """
    user = acting_user(parameters)
    own(context, asset)
    if user != asset.owner_id and not parameters.flag("is_app_admin"):
        raise errors.not_authorised("user not allowed")
    return asset


def admin(parameters: Parameters) -> None:
    """Let nobody but the application's admin pass.

    Raises:
        RefusedError: 1800.
    """
    if not parameters.flag("is_app_admin"):
        raise errors.not_authorised("you must be app admin")


def reader(parameters: Parameters) -> str:
    """Return who reads: `user_id` wins over `acl_user_id`; nobody in particular is ""."""
    return parameters.text("user_id") or parameters.text("acl_user_id")

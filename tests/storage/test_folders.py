from aae_jax.storage.folders import cache_folder


def test_the_cache_lives_in_the_users_cache_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("AAE_CACHE_DIR", str(tmp_path / "mine"))
    assert cache_folder() == tmp_path / "mine"
    monkeypatch.delenv("AAE_CACHE_DIR")
    assert cache_folder().name == "aae-jax"
    assert cache_folder().is_absolute()

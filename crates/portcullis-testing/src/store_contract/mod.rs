//! What every [`ApiKeyStore`] must do, as tests: see
//! [`api_key_store_contract!`](crate::api_key_store_contract).

#[doc(hidden)]
pub mod at_once;
#[doc(hidden)]
pub mod changed;
mod fixture;
#[doc(hidden)]
pub mod kept;
#[doc(hidden)]
pub mod listed;
#[doc(hidden)]
pub mod rotated;
#[doc(hidden)]
pub mod taken_back;
#[doc(hidden)]
pub mod used;

use std::future::Future;
use std::sync::Arc;

use portcullis::api_key::ApiKeyStore;

/// What laws are asked of.
pub type Store = Arc<dyn ApiKeyStore>;

/// Runs one law.
///
/// # Panics
/// If it is broken.
pub fn keep<S, Making, Keeping>(make: impl FnOnce() -> Making, law: impl FnOnce(Store) -> Keeping)
where
    S: ApiKeyStore,
    Making: Future<Output = Option<S>>,
    Keeping: Future<Output = ()>,
{
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime").block_on(async {
        if let Some(store) = make().await {
            law(Arc::new(store)).await;
        }
    });
}

/// Shows that an implementation of [`ApiKeyStore`](portcullis::api_key::ApiKeyStore) is right: a test for each of its laws,
/// 46 of them, named by what it says.
///
/// Takes an async function without arguments that gives `Some` store, or `None` where it cannot be tested, such as
/// on a machine without the server. All may be given one and the same store: each works in an environment of a
/// new name, on a runtime of its own. So what is given has to be made for the runtime that asks.
///
/// ```
/// use portcullis::api_key::MemoryKeyStore;
///
/// mod laws {
///     portcullis_testing::api_key_store_contract!(super::memory);
/// }
///
/// async fn memory() -> Option<MemoryKeyStore> {
///     Some(MemoryKeyStore::new())
/// }
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! api_key_store_contract {
    ($make:path) => {
        $crate::__api_key_store_laws! { $make;
            kept::a_record_comes_back_as_it_was_put_in,
            kept::fields_that_are_absent_come_back_absent,
            kept::empty_lists_and_long_ones_come_back_in_their_order,
            kept::text_of_any_script_comes_back,
            kept::the_octets_of_a_digest_come_back,
            kept::times_come_back_to_the_millisecond,
            kept::every_kind_comes_back,
            kept::what_is_not_there_is_nothing,
            kept::text_that_looks_like_a_statement_is_only_text,
            kept::ids_differ_by_case,
            kept::an_id_that_is_taken_is_refused_and_the_old_record_stays,
            kept::environments_are_apart,
            kept::a_store_that_works_says_so,
            changed::disabling_twice_is_once_and_so_is_enabling,
            changed::the_first_revocation_stays,
            changed::enabling_does_not_undo_a_revocation,
            changed::an_end_is_set_moved_and_taken_away,
            changed::a_grant_replaces_all_rights_and_nothing_else,
            changed::a_change_gives_what_is_found_afterwards,
            changed::what_is_not_there_is_not_changed_and_not_added,
            rotated::both_are_there_afterwards,
            rotated::a_sooner_end_stays,
            rotated::a_later_end_and_none_are_replaced,
            rotated::a_revoked_key_has_no_successor,
            rotated::a_key_that_was_changed_meanwhile_has_no_successor,
            rotated::a_key_has_one_successor,
            rotated::an_unknown_key_has_no_successor,
            rotated::a_taken_id_changes_nothing,
            listed::pages_have_no_gap_and_no_repeat,
            listed::ids_are_in_the_order_of_their_octets,
            listed::a_page_has_at_least_one_and_at_most_a_thousand,
            listed::filters_are_exact,
            listed::pages_of_an_owner_are_complete,
            taken_back::an_owner_loses_their_keys_and_nobody_else_does,
            taken_back::only_what_was_not_revoked_before_is_named_in_order,
            taken_back::the_later_not_before_stays,
            taken_back::the_not_before_is_found_with_a_record_and_without,
            used::the_later_use_stays,
            used::unknown_ids_and_empty_batches_are_passed_over,
            used::one_batch_may_name_an_id_twice_and_a_thousand_others,
            at_once::of_a_hundred_insertions_of_one_id_one_wins,
            at_once::a_hundred_changes_of_one_record_lose_nothing,
            at_once::of_many_rotations_of_one_key_one_wins,
            at_once::many_who_revoke_an_owner_name_each_key_once,
            at_once::a_record_is_found_as_a_whole,
            at_once::batches_that_cross_each_other_come_through,
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __api_key_store_laws {
    ($make:path; $($part:ident :: $law:ident,)+) => {
        $(
            #[test]
            fn $law() {
                $crate::store_contract::keep($make, $crate::store_contract::$part::$law);
            }
        )+
    };
}

#[cfg(test)]
mod tests {
    use portcullis::api_key::MemoryKeyStore;

    async fn memory() -> Option<MemoryKeyStore> {
        Some(MemoryKeyStore::new())
    }

    mod a_store_in_memory {
        crate::api_key_store_contract!(super::memory);
    }

    #[test]
    fn every_law_is_in_the_list() {
        let list = include_str!("mod.rs");
        let parts = [
            ("at_once", include_str!("at_once.rs")),
            ("changed", include_str!("changed.rs")),
            ("kept", include_str!("kept.rs")),
            ("listed", include_str!("listed.rs")),
            ("rotated", include_str!("rotated.rs")),
            ("taken_back", include_str!("taken_back.rs")),
            ("used", include_str!("used.rs")),
        ];
        let mut laws = 0;
        for (part, source) in parts {
            for law in source.split("pub async fn ").skip(1) {
                let name = law.split('(').next().unwrap_or_default();
                assert!(list.contains(&format!("{part}::{name},")), "{part}::{name} is not in the list");
                laws += 1;
            }
        }
        assert!(list.contains(&format!("/// {laws} of them")), "the documentation says another number than {laws}");
    }
}

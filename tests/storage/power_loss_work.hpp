// What is written while the power may go, and whether a store holds it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "storage/store.hpp"
#include "tests/support/disk_recorder.hpp"

namespace troupe::test {

/// Rounds 1, 2, … are acknowledged one after the other: changes and a state of all sizes, so that
/// pages are taken and given back, and lines of two logs of two months with the logs' records.
std::vector<storage::batch> round_of(std::int64_t number);

/// Round `last` and all before it are in `store`, nothing of any other, where `last` is what the
/// store says it is. Empty if so, else what is wrong. `dropped`: the first month may be gone.
std::string wrong_with(storage::store& store, std::int64_t& last, bool dropped);

/// Does rounds in `folder`, with a full map, a full disk, writes that fail in the end, and the
/// store closed and opened; marks what was acknowledged, or seen after opening.
void work(const std::string& folder, disk_recorder& recorder);

inline constexpr instant first_month{span{1795348800000000}}; // 2026-11-22 12:00 UTC
inline constexpr instant second_month = first_month + std::chrono::hours{24 * 20};

} // namespace troupe::test

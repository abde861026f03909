// Data of tests that lies beside them: what is expected, and may be rewritten by the test itself if
// UPDATE_GOLDEN is set in the environment; the difference is then reviewed like any other.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "storage/json.hpp"

namespace troupe::testing {

/// The folder `tests/NAME` of the sources.
std::filesystem::path data_folder(std::string_view name);
bool updates_golden();

/// Throws `failed`, with the name of the file, if it is not there or no JSON.
json read_json(const std::filesystem::path& file);
/// JSON for people: what fits a line is one.
std::string pretty(const json& content);
/// The same in a file. Makes the folder if need be.
void write_json(const std::filesystem::path& file, const json& content);

/// Where `found` is not as `wanted`, a line each, with the path to it: "steps: [2]: name: …".
std::vector<std::string> differences(const json& wanted, const json& found);

} // namespace troupe::testing

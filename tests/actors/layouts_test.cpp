// What every kind of service stores of itself, in every layout that it ever had: tests/layouts/KIND
// has an example of each, `state-DIGEST.json` and `config-DIGEST.json`, and what it reads as today.
//
// A new layout needs a new example: UPDATE_GOLDEN=1 build/tests/troupe-tests -tc='*layout*'. The
// old ones stay, and are read like anything that an older program left behind. Where one reads as
// something else than before (a field was renamed or is gone), this shows in the difference.
#include <set>

#include "actors/master/tree.hpp"
#include "runtime/mail/decoding_context.hpp"
#include "storage/hex.hpp"
#include "tests/support/actor_stage.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/keeper.hpp"
#include "tests/support/value_filler.hpp"

using namespace troupe;
using namespace troupe::runtime;
using namespace troupe::testing;

namespace fs = std::filesystem;

namespace {

constexpr std::size_t hex_columns = 88;

/// A value as some program stored it.
struct example {
  std::vector<std::string> stored; ///< In hexadecimal, in lines.
  json reads_as;                   ///< What has been added since may be missing.
  TROUPE_FIELDS(stored, reads_as)

  bytes content() const {
    std::string digits;
    for (const auto& line : stored)
      digits += line;
    return from_hex(digits).value();
  }
};

struct all_kinds {
  all_kinds() { master::add_kinds(kinds); }
  kind_registry kinds;
  directory paths;
  decoding_context here{paths, kinds.known_messages()};
};

std::string name_of(std::string_view part, const message_codec& codec) {
  return fmt::format("{}-{:016x}.json", part, fnv1a(shape_text(*codec.ops)));
}

bytes stored(const any_message& value, const message_codec& codec) {
  bytes out;
  put_value(*codec.ops, out, value.content());
  return out;
}

json shown(const any_message& value, const message_codec& codec) {
  return show_value(*codec.ops, value.content());
}

example example_of(const fs::path& file) {
  example read;
  auto done = from_json(read, read_json(file));
  REQUIRE_MESSAGE(done, file.string() << ": " << done.error().message);
  return read;
}

void record(const fs::path& file, const message_codec& codec) {
  auto value = filled(codec);
  example made{{}, shown(value, codec)};
  auto digits = to_hex(stored(value, codec));
  for (std::size_t i = 0; i < digits.size(); i += hex_columns)
    made.stored.push_back(digits.substr(i, hex_columns));
  write_json(file, to_json(made));
}

/// An example of this layout is there, and is what such a value is stored as.
void check_present(const fs::path& folder, std::string_view part, const message_codec& codec) {
  auto file = folder / name_of(part, codec);
  if (!fs::exists(file) && updates_golden())
    record(file, codec);
  if (!fs::exists(file)) {
    FAIL_CHECK(file.string() << " is missing: the layout is new. Run this test with "
                                "UPDATE_GOLDEN=1, which records an example of it");
    return;
  }
  auto kept = example_of(file);
  auto value = codec.read(kept.reads_as);
  REQUIRE_MESSAGE(value, file.string() << ": " << value.error().message);
  CHECK_MESSAGE(stored(*value, codec) == kept.content(),
                file.string() << ": is stored in another form than before");
  const auto& of = codec.ops->fields();
  for (const auto& field : of.fields()) {
    auto at = [&](const void* x) { return static_cast<const char*>(x) + field.offset; };
    CHECK_MESSAGE(!equal_values(*field.ops, at(value->content()), at(of.sample())),
                  file.string() << ": " << field.name << " is at its default, which tells nothing");
  }
}

/// An example of whatever layout reads as it should.
void check_reading(const fs::path& file, const message_codec& codec) {
  auto kept = example_of(file);
  auto value = codec.decode(kept.content());
  REQUIRE_MESSAGE(value, file.string() << ": " << value.error().message);
  auto found = shown(*value, codec);
  auto wanted = codec.read(kept.reads_as); // what is missing has its default
  auto different =
      wanted ? differences(shown(*wanted, codec), found) : std::vector{wanted.error().message};
  if (!different.empty() && updates_golden()) {
    kept.reads_as = found;
    write_json(file, to_json(kept));
    return;
  }
  CHECK_MESSAGE(different.empty(), file.string()
                                       << " reads as something else:\n  "
                                       << fmt::format("{}", fmt::join(different, "\n  ")));
}

/// `visit(file, whether of a state)` for the examples of one kind.
template <class Visit>
void each_example(const fs::path& folder, const Visit& visit) {
  std::vector<fs::path> files;
  if (fs::exists(folder))
    for (const auto& entry : fs::directory_iterator{folder})
      files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  for (const auto& file : files) {
    bool state = file.filename().string().starts_with("state-");
    CHECK_MESSAGE((state || file.filename().string().starts_with("config-")),
                  file.string() << " is of no use");
    visit(file, state);
  }
}

/// What a successor makes of the state at once, on purpose.
struct takes_up {
  std::set<std::string_view> fields;
  std::string_view why;
};
const std::map<std::string_view, takes_up> taken_up{
    {"botmaster",
     {{"builders", "workers", "next_builder", "next_worker"},
      "enrols whom its configuration names"}},
    {"locks", {{"table", "granted"}, "grants what its configuration allows"}},
    {"pbmanager", {{"listening"}, "listens where its configuration says"}},
};

/// A service of `kind` takes the state in `file` over from a predecessor that is about to go.
void check_take_over(const fs::path& file, const service_kind& kind) {
  actor_stage stage;
  master::add_kinds(stage.kinds);
  stage.kinds.add(keeper_kind());
  auto state = example_of(file).content();
  child_spec spec;
  spec.name = "x";
  spec.kind = "keeper";
  spec.config = state;
  stage.start_with({spec});
  spec.kind = kind.name;
  {
    decoding_context here{stage.sys().paths(), stage.kinds.known_messages()};
    spec.config = stored(filled(kind.config), kind.config);
  }
  auto answer = stage.control("/x", swap_service{spec, "t"});
  REQUIRE_MESSAGE(answer.ok, file.string() << ": " << answer.message);
  CHECK(stage.address_of("/x").at()->swaps.load() == 1);
  auto found = stage.state_of("/x");
  decoding_context here{stage.sys().paths(), stage.kinds.known_messages()};
  auto wanted = shown(kind.state.decode(state).value(), kind.state);
  if (auto exempt = taken_up.find(kind.name); exempt != taken_up.end())
    for (auto field : exempt->second.fields) {
      boost::json::string_view name{field.data(), field.size()};
      CHECK_MESSAGE(wanted.at(name) != found.at(name),
                    kind.name << " leaves " << field << " alone");
      for (auto* one : {&wanted, &found})
        one->get_object().erase(name);
    }
  auto different = differences(wanted, found);
  CHECK_MESSAGE(different.empty(), file.string()
                                       << " is taken over as something else:\n  "
                                       << fmt::format("{}", fmt::join(different, "\n  ")));
}

} // namespace

TEST_SUITE("layouts") {

  TEST_CASE("every kind has an example of the layout of its state and of its configuration") {
    all_kinds all;
    for (const auto& [name, kind] : all.kinds.all()) {
      check_present(data_folder("layouts") / name, "state", kind->state);
      check_present(data_folder("layouts") / name, "config", kind->config);
    }
    for (const auto& entry : fs::directory_iterator{data_folder("layouts")})
      CHECK_MESSAGE(all.kinds.find(entry.path().filename().string()),
                    entry.path().string() << " is of no kind of service");
  }

  TEST_CASE("examples of all layouts, old and new, read as they should") {
    all_kinds all;
    for (const auto& [name, kind] : all.kinds.all())
      each_example(data_folder("layouts") / name, [&, is = kind](const fs::path& file, bool state) {
        check_reading(file, state ? is->state : is->config);
      });
  }

  TEST_CASE("a service takes a state of any layout over, as it is") {
    all_kinds all;
    for (const auto& [name, kind] : all.kinds.all())
      each_example(data_folder("layouts") / name, [&, is = kind](const fs::path& file, bool state) {
        if (state)
          check_take_over(file, *is);
      });
  }
}

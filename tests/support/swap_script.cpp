#include "tests/support/swap_script.hpp"

#include "storage/check.hpp"
#include "storage/records/build.hpp"
#include "storage/records/builder.hpp"
#include "storage/records/buildset.hpp"
#include "storage/records/change.hpp"
#include "storage/records/scheduler.hpp"
#include "storage/records/sourcestamp.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/temp_folder.hpp"

namespace troupe::testing {

namespace {

json with_folder(const json& in, const std::string& folder) {
  constexpr std::string_view word = "$folder";
  if (in.is_string()) {
    std::string text{in.get_string()};
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word))
      text.replace(at, word.size(), folder);
    return json(text);
  }
  if (in.is_array()) {
    boost::json::array out;
    for (const auto& one : in.get_array())
      out.push_back(with_folder(one, folder));
    return out;
  }
  if (!in.is_object())
    return in;
  boost::json::object out;
  for (const auto& [key, value] : in.get_object())
    out.emplace(key, with_folder(value, folder));
  return out;
}

template <storage::stored_record Record>
void put_as(storage::batch& work, const json& fields) {
  Record record;
  from_json(record, fields).value();
  work.put(record);
}

using putting = void (*)(storage::batch&, const json&);
const std::map<std::string_view, putting> record_types{
    {"build", &put_as<records::build>},
    {"builder", &put_as<records::builder>},
    {"buildrequest", &put_as<records::buildrequest>},
    {"buildset", &put_as<records::buildset>},
    {"change", &put_as<records::change>},
    {"log", &put_as<records::log>},
    {"scheduler", &put_as<records::scheduler>},
    {"scheduler_change", &put_as<records::scheduler_change>},
    {"sourcestamp", &put_as<records::sourcestamp>},
    {"step", &put_as<records::step>},
    {"worker", &put_as<records::worker>},
};

} // namespace

swap_script read_script(const std::string& file, const std::string& folder) {
  swap_script script;
  if (auto done = from_json(script, with_folder(read_json(file), folder)); !done)
    throw failed{done.error().in(file)};
  for (const auto& [name, content] : script.files)
    test::write_file(folder + "/" + name, content);
  return script;
}

void put_record(storage::batch& work, const json& named) {
  for (const auto& [key, fields] : named.as_object()) {
    auto found = record_types.find({key.data(), key.size()});
    TROUPE_CHECK(found != record_types.end(), "a script's record is of a type that is listed here");
    found->second(work, fields);
  }
}

} // namespace troupe::testing

// MakeDirectory, RemoveDirectory, CopyDirectory, FileExists: one command of the worker each (§13).
#include "actors/steps/kinds.hpp"

namespace troupe::botmaster::steps {

using records::result_code;
using wire::jelly;

namespace {

class simple final : public step_logic {
public:
  /// `names`: the step's argument and what the worker calls it.
  simple(std::string command, std::vector<std::pair<std::string, std::string>> names)
    : command_{std::move(command)}, names_{std::move(names)} {}

  void begin(step_host& host) const override {
    if (host.command_version(command_).empty()) {
      host.add_log("stderr", "the worker has no command '" + command_ + "'\n");
      host.finish(result_code::exception);
      return;
    }
    command_request request;
    request.name = command_;
    request.args = jelly::dictionary();
    for (const auto& [ours, theirs] : names_)
      if (const auto& given = host.argument(ours); !given.is_null())
        request.args.add(theirs, to_jelly(given));
    request.args.add("logEnviron", jelly::boolean(true));
    host.run(std::move(request));
  }

  void command_done(step_host& host, const command_outcome& outcome) const override {
    if (command_ != "stat") {
      host.finish(outcome.good() ? result_code::success : result_code::failure);
      return;
    }
    constexpr std::int64_t kind_mask = 0170000, regular = 0100000;
    auto stat = outcome.updates.find("stat");
    auto mode = stat != outcome.updates.end() && !stat->second.items().empty()
                    ? stat->second.items()[0].as_int().value_or(0)
                    : 0;
    bool exists = outcome.good() && (mode & kind_mask) == regular;
    host.describe_done(exists ? "File found." : outcome.good() ? "Not a file." : "File not found.");
    host.finish(exists ? result_code::success : result_code::failure);
  }

private:
  std::string command_;
  std::vector<std::pair<std::string, std::string>> names_;
};

} // namespace

const step_logic& make_directory() {
  static const simple one{"mkdir", {{"dir", "dir"}}};
  return one;
}
const step_logic& remove_directory() {
  static const simple one{"rmdir", {{"dir", "dir"}}};
  return one;
}
const step_logic& copy_directory() {
  static const simple one{
      "cpdir",
      {{"src", "fromdir"}, {"dest", "todir"}, {"timeout", "timeout"}, {"maxTime", "maxTime"}}};
  return one;
}
const step_logic& file_exists() {
  static const simple one{"stat", {{"file", "file"}, {"workdir", "workdir"}}};
  return one;
}

} // namespace troupe::botmaster::steps

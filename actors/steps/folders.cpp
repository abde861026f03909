// MakeDirectory, RemoveDirectory, CopyDirectory, FileExists: one command of the worker each (§13).
#include "actors/steps/arguments.hpp"

namespace troupe::steps {

using records::result_code;
using workers::datum;

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
    request.args = datum::map();
    for (const auto& [ours, theirs] : names_)
      if (const auto& given = host.argument(ours); !given.is_null())
        request.args.add(theirs, to_datum(given));
    request.args.add("logEnviron", datum::boolean(true));
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

const simple mkdir_logic{"mkdir", {{"dir", "dir"}}}, rmdir_logic{"rmdir", {{"dir", "dir"}}},
    cpdir_logic{
        "cpdir",
        {{"src", "fromdir"}, {"dest", "todir"}, {"timeout", "timeout"}, {"maxTime", "maxTime"}}},
    stat_logic{"stat", {{"file", "file"}, {"workdir", "workdir"}}};

const model::argument log_environ{"logEnviron", boolean, "true",
                                  "Whether the environment is written to the log."};

} // namespace

extern const component make_directory, remove_directory, copy_directory, file_exists;

const component make_directory{
    .space = "steps",
    .name = "MakeDirectory",
    .use = component_use::step,
    .summary = "Makes a folder on the worker, and those above it.",
    .arguments = halting_step_arguments(
        {{"dir", string, model::required, "The folder, below the builder's."}, log_environ}),
    .role = &mkdir_logic,
};

const component remove_directory{
    .space = "steps",
    .name = "RemoveDirectory",
    .use = component_use::step,
    .summary = "Removes folders on the worker with all that is in them.",
    .arguments = halting_step_arguments(
        {{"dir", model::types::any, model::required, "The folder, or a list of them."},
         log_environ}),
    .role = &rmdir_logic,
};

const component copy_directory{
    .space = "steps",
    .name = "CopyDirectory",
    .use = component_use::step,
    .summary = "Copies a folder on the worker.",
    .arguments = halting_step_arguments(
        {{"src", string, model::required, "The folder that is copied."},
         {"dest", string, model::required, "The copy."},
         {"timeout", number, "120", "Seconds without output, then it is killed."},
         {"maxTime", number, "null", "Seconds in all, then it is killed."},
         log_environ}),
    .role = &cpdir_logic,
};

const component file_exists{
    .space = "steps",
    .name = "FileExists",
    .use = component_use::step,
    .summary = "Fails unless there is such a file on the worker.",
    .arguments = halting_step_arguments(
        {{"file", string, model::required, "The file, below the builder's."}}),
    .role = &stat_logic,
};

} // namespace troupe::steps

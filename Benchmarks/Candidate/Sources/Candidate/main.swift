import CHarness
import Glibc

exit(unsafe mb_main(CommandLine.argc, CommandLine.unsafeArgv))

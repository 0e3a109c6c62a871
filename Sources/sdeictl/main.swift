import ArgumentParser
import SDEICommands

RootCommand.main()

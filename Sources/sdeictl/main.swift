import SDEICommands

RootCommand.start()

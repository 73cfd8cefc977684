import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsISO8601,
  IsObject,
  IsOptional,
  IsUUID,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import {
  directoryStates,
  mostTroubles,
  type AgentReport,
  type ReportedDirectory,
  type ReportedPeople,
  type ReportedTrouble,
  type ToldPeople,
} from '#libs/directory/protocol/agent-report';

/** A line of text that an administrator reads. */
const line = /^[^\p{Cc}]{1,255}$/u;
/** Kinds of trouble, never the text of an answer. */
const kind = /^[a-z0-9 -]{1,80}$/;
const Count = (): PropertyDecorator => applyDecorators(IsInt(), Min(0), Max(100_000_000));

class ToldPeopleBody implements ToldPeople {
  @IsISO8601({ strict: true })
  at!: string;

  @Count()
  created!: number;

  @Count()
  linked!: number;

  @Count()
  updated!: number;

  @Count()
  passedOver!: number;

  @Count()
  unusable!: number;

  @Count()
  conflicts!: number;
}

class ReportedPeopleBody implements ReportedPeople {
  @Count()
  seen!: number;

  @IsISO8601({ strict: true })
  at!: string;

  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => ToldPeopleBody)
  declare told?: ToldPeopleBody;
}

class ReportedDirectoryBody implements ReportedDirectory {
  @ApiProperty({ enum: ['ad', 'openldap'] })
  @IsIn(['ad', 'openldap'])
  kind!: 'ad' | 'openldap';

  @Matches(line)
  host!: string;

  @Matches(line)
  fenceAttribute!: string;

  @IsBoolean()
  fenced!: boolean;

  @Count()
  protectedGroups!: number;

  @ApiProperty({ enum: directoryStates })
  @IsIn(directoryStates)
  state!: ReportedDirectory['state'];

  @IsISO8601({ strict: true })
  since!: string;

  @IsOptional()
  @Matches(kind)
  declare trouble?: string;

  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => ReportedPeopleBody)
  declare people?: ReportedPeopleBody;
}

class ReportedTroubleBody implements ReportedTrouble {
  @IsISO8601({ strict: true })
  at!: string;

  @Matches(/^KTA-\d{3}$/)
  eventId!: string;

  @IsOptional()
  @Matches(kind)
  declare trouble?: string;

  @IsOptional()
  @IsUUID()
  declare writebackId?: string;
}

export class AgentReportBody implements AgentReport {
  @ApiProperty({ maxLength: 32 })
  @Matches(/^[\w.+-]{1,32}$/)
  version!: string;

  @ApiProperty({ description: 'What the machine it runs on calls itself', maxLength: 255 })
  @Matches(line)
  machine!: string;

  @ApiProperty({ type: ReportedDirectoryBody })
  @IsObject()
  @ValidateNested()
  @Type(() => ReportedDirectoryBody)
  directory!: ReportedDirectoryBody;

  @ApiProperty({ type: [ReportedTroubleBody] })
  @IsArray()
  @ArrayMaxSize(mostTroubles)
  @ValidateNested({ each: true })
  @Type(() => ReportedTroubleBody)
  troubles!: ReportedTroubleBody[];
}
